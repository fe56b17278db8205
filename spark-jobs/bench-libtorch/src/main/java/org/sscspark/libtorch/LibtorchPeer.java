package org.sscspark.libtorch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Training steps of a dense network, one for each line that is asked for: the protocol of
 * pytorch-peer.py, which says what is read and written.
 */
public final class LibtorchPeer {
  /** How often a variant is run before it is asked for. */
  private static final int FIRST_STEPS = 2;

  private static final JsonMapper JSON = new JsonMapper();

  private LibtorchPeer() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws IOException {
    BufferedReader asked =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    JsonNode job = JSON.readTree(asked.readLine());
    unpack();
    torch.set_num_threads(job.path("threads").asInt());
    runOnce();
    long before = peakBytes();
    Map<Variant, Training> trainings = new EnumMap<>(Variant.class);
    ObjectNode greeting = JSON.createObjectNode();
    greeting.put("version", version());
    ArrayNode singles = greeting.putArray("float32");
    ArrayNode halves = greeting.putArray("bfloat16");
    ObjectNode losses = greeting.putObject("losses");
    for (Variant variant : Variant.values()) {
      if (variant.mixed() && !hasBfloat16()) {
        continue;
      }
      Training training = new Training(job, variant);
      ArrayNode first = losses.putArray(variant.text());
      for (int i = 0; i < FIRST_STEPS; i++) {
        first.add(training.step());
      }
      if (trainings.isEmpty()) {
        greeting.put("stepBytes", peakBytes() - before);
      }
      trainings.put(variant, training);
      (variant.mixed() ? halves : singles).add(variant.text());
    }
    answers.println(greeting);
    for (String line = asked.readLine(); line != null; line = asked.readLine()) {
      Training training = trainings.get(Variant.of(line));
      long start = System.nanoTime();
      training.step();
      answers.println((System.nanoTime() - start) / 1e6);
    }
  }

  /**
   * Unpacks all native libraries into JavaCPP's cache. In an empty one, libraries that are loaded
   * as they are unpacked one by one end the process with a segmentation fault.
   */
  private static void unpack() throws IOException {
    for (String presets : List.of("openblas", "pytorch")) {
      Loader.cacheResources("/org/bytedeco/%s/%s/".formatted(presets, Loader.getPlatform()));
    }
  }

  private static String version() throws IOException {
    String presets = Loader.getVersion("org.bytedeco", "pytorch");
    String libraries = torch.show_config().getString();
    Matcher oneDnn = Pattern.compile("MKL-DNN v([0-9.]+)").matcher(libraries);
    String version = presets.substring(0, presets.indexOf('-'));
    return oneDnn.find() ? version + ", oneDNN " + oneDnn.group(1) : version;
  }

  /** Loads what libtorch loads once. */
  private static void runOnce() {
    Tensor weight = torch.ones(16, 16, 3, 3);
    weight.set_requires_grad(true);
    torch.conv2d(torch.zeros(1, 16, 8, 8), weight).sum().backward();
  }

  /** Whether the processor computes in bfloat16: elsewhere it is imitated, many times slower. */
  private static boolean hasBfloat16() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("flags"))
        .map(line -> List.of(line.split("\\s+")))
        .anyMatch(flags -> flags.contains("avx512_bf16") || flags.contains("amx_bf16"));
  }

  /** The largest resident set so far. */
  private static long peakBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .mapToLong(line -> 1024 * Long.parseLong(line.split("\\s+")[1]))
        .findFirst()
        .orElseThrow();
  }
}
