package org.sscspark.spark.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The same network in another framework: a process that trains one step whenever it is asked. It
 * takes its own time, so that the way between the processes does not count.
 */
final class TorchPeer implements AutoCloseable {
  /** There is no such framework here, or it trains something else; the message says what to do. */
  static final class MissingException extends Exception {
    private static final long serialVersionUID = 1L;

    MissingException(String message) {
      super(message);
    }
  }

  /**
   * How far the first loss may be from the lane engine's, relative, and the second, which the first
   * update has moved: that multiplies differences of rounding.
   */
  private static final double[] SINGLE = {1e-4, 1e-2};

  /** And in mixed precision: bfloat16 keeps eight bits. */
  private static final double[] MIXED = {0.05, 0.3};

  private static final JsonMapper JSON = new JsonMapper();

  private final String name;
  private final Process process;
  private final BufferedWriter asked;
  private final BufferedReader answered;
  private final JsonNode greeting;
  private final List<Double> losses;

  private TorchPeer(String name, Process process, PeerJob job, Path values) throws IOException {
    this.name = name;
    this.process = process;
    this.losses = job.losses();
    this.asked =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.answered =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.greeting = JSON.readValue(ask(job.json(values)), ObjectNode.class);
  }

  /**
   * Starts a process, lets it make its first steps, and compares their losses with the lane
   * engine's.
   *
   * @param name of the framework
   * @throws IOException if there is no such command, or with what the process said when it ended
   * @throws MissingException if it computes something else
   */
  static TorchPeer start(String name, ProcessBuilder command, PeerJob job)
      throws IOException, MissingException {
    command.environment().put("OMP_NUM_THREADS", Integer.toString(job.threads()));
    // Threads that wait must not take the core from whose turn it is.
    command.environment().put("OMP_WAIT_POLICY", "PASSIVE");
    Path values = Files.createTempFile("ssc-peer", ".f32");
    Path errors = Files.createTempFile("ssc-peer", ".err");
    try {
      job.writeValues(values);
      Process process = command.redirectError(errors.toFile()).start();
      TorchPeer peer;
      try {
        peer = new TorchPeer(name, process, job, values);
      } catch (IOException failed) {
        end(process);
        throw new IOException(command.command().get(0) + ": " + why(failed, errors), failed);
      }
      try {
        peer.requireSameLosses();
        return peer;
      } catch (MissingException other) {
        peer.close();
        throw other;
      }
    } finally {
      Files.delete(values);
      Files.delete(errors);
    }
  }

  /** What a process said in place of a greeting, or else the last line of its standard error. */
  private static String why(IOException failed, Path errors) throws IOException {
    if (failed instanceof JsonProcessingException other) {
      return "its first line is no greeting: " + other.getOriginalMessage();
    }
    String words = new String(Files.readAllBytes(errors), StandardCharsets.UTF_8).strip();
    return words.isEmpty()
        ? "it ended without a word"
        : words.substring(words.lastIndexOf('\n') + 1);
  }

  private void requireSameLosses() throws MissingException {
    requireSameLosses(singles(), SINGLE);
    requireSameLosses(halves(), MIXED);
  }

  private void requireSameLosses(List<String> variants, double[] tolerances)
      throws MissingException {
    for (String variant : variants) {
      for (int i = 0; i < losses.size(); i++) {
        // Written so that what is no number is not equal either.
        if (!(difference(variant, i) <= tolerances[i])) {
          throw new MissingException(
              "%s is left out: the first losses of %s, %s, are not the lane engine's, %s, so it trains another network"
                  .formatted(name, variant, greeting.path("losses").path(variant), losses));
        }
      }
    }
  }

  /** The relative difference of a variant's loss from the lane engine's. */
  private double difference(String variant, int step) {
    double theirs = greeting.path("losses").path(variant).path(step).asDouble(Double.NaN);
    return Math.abs(theirs - losses.get(step)) / losses.get(step);
  }

  private String ask(String line) throws IOException {
    asked.write(line);
    asked.newLine();
    asked.flush();
    String answer = answered.readLine();
    if (answer == null) {
      throw new IOException("the process of " + name + " has ended");
    }
    return answer;
  }

  /** The framework's name. */
  String name() {
    return name;
  }

  /** Its version. */
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

  /** How far its very first losses are from the lane engine's, relative, in single precision. */
  double lossDifference() {
    return singles().stream().mapToDouble(variant -> difference(variant, 0)).max().orElse(0);
  }

  /** Trains one step and returns its milliseconds. */
  double step(String variant) {
    try {
      return Double.parseDouble(ask(variant));
    } catch (IOException e) {
      throw new UncheckedIOException(name + " failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    end(process);
  }

  private static void end(Process process) {
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
