package org.sscspark.spark.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.sscspark.network.NetworkJson;
import org.sscspark.network.NetworkSpec;

/**
 * The same network in PyTorch: a Python process that trains one step whenever it is asked. It takes
 * its own time, so that the way between the processes does not count.
 */
final class PyTorchPeer implements AutoCloseable {
  /** There is no PyTorch; the message says what to do. */
  static final class MissingException extends Exception {
    private static final long serialVersionUID = 1L;

    MissingException(String message) {
      super(message);
    }
  }

  /** Where Python is looked for unless the user names one; the second has Debian's packages. */
  static final List<String> INTERPRETERS = List.of("python3", "/usr/bin/python3");

  private static final String SCRIPT = "pytorch-peer.py";
  private static final JsonMapper JSON = new JsonMapper();

  private final Process process;
  private final BufferedWriter asked;
  private final BufferedReader answered;
  private final JsonNode greeting;

  private PyTorchPeer(Process process, ObjectNode job) throws IOException {
    this.process = process;
    this.asked =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.answered =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.greeting = JSON.readTree(ask(job.toString()));
  }

  /**
   * Starts the first interpreter that has PyTorch, and warms it up.
   *
   * @param interpreters commands to try in turn
   * @param network is trained dense, whatever its supports
   * @throws MissingException if none has it
   */
  static PyTorchPeer start(List<String> interpreters, NetworkSpec network, int batch, int threads)
      throws MissingException {
    List<String> reasons = new ArrayList<>();
    for (String interpreter : interpreters) {
      try {
        Process process = launch(interpreter, threads);
        ObjectNode job = JSON.createObjectNode().put("batch", batch).put("threads", threads);
        job.set("network", JSON.readTree(NetworkJson.write(network)));
        try {
          return new PyTorchPeer(process, job);
        } catch (IOException failed) {
          reasons.add(interpreter + ": " + lastWords(process));
        }
      } catch (IOException noSuchCommand) {
        reasons.add(noSuchCommand.getMessage());
      }
    }
    throw new MissingException(
        "PyTorch is left out ("
            + String.join("; ", reasons)
            + "). Install it, on Debian as python3-torch, or name a Python that has it with"
            + " --python");
  }

  private static Process launch(String interpreter, int threads) throws IOException {
    String script;
    try (InputStream in = PyTorchPeer.class.getResourceAsStream(SCRIPT)) {
      script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    ProcessBuilder builder = new ProcessBuilder(interpreter, "-c", script);
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
    // Threads that wait must not take the core from whose turn it is.
    builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
    return builder.start();
  }

  /** The last line that a process wrote to standard error, which ends it. */
  private static String lastWords(Process process) throws IOException {
    String words =
        new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    process.destroy();
    return words.isEmpty()
        ? "it ended without a word"
        : words.substring(words.lastIndexOf('\n') + 1);
  }

  private String ask(String line) throws IOException {
    asked.write(line);
    asked.newLine();
    asked.flush();
    String answer = answered.readLine();
    if (answer == null) {
      throw new IOException("The Python process has ended");
    }
    return answer;
  }

  /** PyTorch's version. */
  String version() {
    return greeting.path("version").asText();
  }

  /** What it can be asked for in single precision: memory formats. */
  List<String> singles() {
    return variants("float32");
  }

  /** What it can be asked for in mixed precision; none where the processor would imitate it. */
  List<String> halves() {
    return variants("bfloat16");
  }

  private List<String> variants(String precision) {
    List<String> variants = new ArrayList<>();
    greeting.path(precision).forEach(variant -> variants.add(variant.asText()));
    return variants;
  }

  /** How much the process grew for the first steps: its largest resident set over that before. */
  long stepBytes() {
    return greeting.path("stepBytes").asLong();
  }

  /** Trains one step and returns its milliseconds. */
  double step(String variant) {
    try {
      return Double.parseDouble(ask(variant));
    } catch (IOException e) {
      throw new UncheckedIOException("PyTorch failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    boolean interrupted = false;
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
