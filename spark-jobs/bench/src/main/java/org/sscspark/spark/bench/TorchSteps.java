package org.sscspark.spark.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Training steps of dense networks in PyTorch on the same machine, in a process of its own. */
final class TorchSteps {
  /**
   * A way of running PyTorch.
   *
   * @param error what kept it from running; empty if nothing did
   */
  record Variant(String name, double imagesPerSecond, String error) {}

  /** In the place of the variants that were not measured; its error says why. */
  static final String OTHERS = "the others";

  private static final JsonMapper JSON = new JsonMapper();

  private TorchSteps() {}

  /**
   * Runs every variant, or says with one that did not run why there are no more.
   *
   * @param python the interpreter
   * @param device {@code cuda} or {@code cpu}
   * @param limit when the process is ended; what it has measured by then counts
   * @param measured is given each variant as soon as it is measured
   */
  static List<Variant> run(
      String python,
      SizedModel model,
      int batch,
      int steps,
      String device,
      Duration limit,
      Consumer<Variant> measured) {
    List<Variant> variants = new ArrayList<>();
    Consumer<Variant> found = measured.andThen(variants::add);
    try {
      Path script = Files.createTempFile("ssc-torch-steps", ".py");
      try (InputStream in = TorchSteps.class.getResourceAsStream("torch_steps.py")) {
        Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
        read(
            new ProcessBuilder(
                    python,
                    script.toString(),
                    model.model(),
                    Double.toString(model.width()),
                    Integer.toString(batch),
                    Integer.toString(steps),
                    device)
                .redirectErrorStream(true)
                .start(),
            limit,
            found);
      } finally {
        Files.delete(script);
      }
    } catch (IOException e) {
      found.accept(new Variant(OTHERS, 0, e.getMessage()));
    }
    return variants;
  }

  private static void read(Process process, Duration limit, Consumer<Variant> found)
      throws IOException {
    // Compilers that PyTorch starts hold the output open, so they end with it.
    CompletableFuture<Boolean> ended =
        process
            .onExit()
            .thenApply(done -> true)
            .completeOnTimeout(false, limit.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((inTime, failure) -> end(process));
    String last = "it ended without a word";
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        last = line.isBlank() ? last : line;
        if (line.startsWith("{")) {
          found.accept(variant(line));
        }
      }
    }
    if (!ended.join()) {
      found.accept(
          new Variant(
              OTHERS,
              0,
              "not measured: PyTorch was ended after %s seconds; --python-seconds gives it more"
                  .formatted(limit.toSeconds())));
    } else if (process.exitValue() != 0) {
      found.accept(new Variant(OTHERS, 0, last));
    }
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    // Not the process's own method, which closes what is still to be read of its output.
    process.toHandle().destroyForcibly();
  }

  private static Variant variant(String line) throws JsonProcessingException {
    JsonNode node = JSON.readTree(line);
    return new Variant(
        node.path("variant").asText(),
        node.path("imagesPerSecond").asDouble(),
        node.path("error").asText());
  }

  /** The highest rate; empty if nothing ran. */
  static OptionalDouble best(List<Variant> variants) {
    return variants.stream().mapToDouble(Variant::imagesPerSecond).filter(rate -> rate > 0).max();
  }
}
