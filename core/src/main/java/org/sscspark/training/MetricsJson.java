package org.sscspark.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Metrics as one line of JSON each: what progress listeners and the metrics files hold. */
public final class MetricsJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private MetricsJson() {}

  /** Returns one line, without a line break. Epochs count from 1, as complete ones. */
  public static String line(EpochMetrics epoch) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("epoch", epoch.epoch() + 1)
            .put("round", epoch.globalRound())
            .put("iteration", epoch.iteration());
    putTally(node, epoch.tally());
    node.put("learningRate", epoch.learningRate())
        .put("imagesPerSecond", epoch.imagesPerSecond())
        .put("wallSeconds", epoch.seconds().total())
        .put("timedExamples", epoch.timedExamples());
    putSeconds(node, epoch.seconds());
    putPhases(node, epoch.phases());
    epoch.evaluation().ifPresent(tally -> putTally(node.putObject("evaluation"), tally));
    epoch
        .averageEvaluation()
        .ifPresent(tally -> putTally(node.putObject("averageEvaluation"), tally));
    return node.toString();
  }

  /** Returns one line, without a line break. */
  public static String line(RoundMetrics round) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("epoch", round.epoch() + 1)
            .put("round", round.globalRound())
            .put("iteration", round.iteration());
    putTally(node, round.tally());
    node.put("learningRate", round.learningRate())
        .put("imagesPerSecond", round.imagesPerSecond())
        .put("wallSeconds", round.seconds().total());
    putSeconds(node, round.seconds());
    putPhases(node, round.phases());
    return node.toString();
  }

  private static void putTally(ObjectNode node, Tally tally) {
    node.put("loss", tally.loss())
        .put("accuracy", tally.accuracy())
        .put("examples", tally.examples());
  }

  private static void putSeconds(ObjectNode node, RoundSeconds seconds) {
    node.putObject("roundSeconds")
        .put("broadcast", seconds.broadcast())
        .put("compute", seconds.compute())
        .put("reduce", seconds.reduce())
        .put("driver", seconds.driver());
  }

  private static void putPhases(ObjectNode node, PhaseSeconds phases) {
    node.putObject("workerSeconds")
        .put("data", phases.data())
        .put("forward", phases.forward())
        .put("backward", phases.backward())
        .put("update", phases.update());
  }

  /**
   * Reads a line back as a tree, for reports.
   *
   * @throws IllegalArgumentException if it is not JSON
   */
  public static JsonNode read(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not a line of metrics: " + line, e);
    }
  }

  /**
   * What the times of an epoch's line are to be multiplied by to be those of the whole epoch, as if
   * rounds before an interruption, of which nobody knows the times, had been as fast as the others.
   */
  public static double wholeOverTimed(JsonNode epoch) {
    double timed = epoch.path("timedExamples").asDouble();
    return timed > 0 ? epoch.path("examples").asDouble() / timed : 1;
  }
}
