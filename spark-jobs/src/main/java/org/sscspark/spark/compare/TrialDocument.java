package org.sscspark.spark.compare;

import static org.sscspark.spark.trial.JsonParts.needed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialFolder;
import org.sscspark.spark.trial.TrialNetwork;
import org.sscspark.spark.trial.TrialNetwork.Layer;
import org.sscspark.spark.trial.TrialResult;

/**
 * A trial's results as JSON, and back: state, learning curve, what its network costs. Times and
 * machines are not among them.
 */
final class TrialDocument {
  /** The key of the trial's name. */
  static final String NAME = "trial";

  /** Of the parameters and, where there is one, of their moving average. */
  private static final List<Evaluated> EVALUATIONS =
      List.of(
          new Evaluated("evaluation", "testLoss", "testAccuracy"),
          new Evaluated("averageEvaluation", "averageTestLoss", "averageTestAccuracy"));

  /**
   * What the test set says of an epoch.
   *
   * @param part of its metrics
   * @param loss what the curve calls the loss
   * @param accuracy and the accuracy
   */
  private record Evaluated(String part, String loss, String accuracy) {
    void tell(JsonNode metrics, ObjectNode curve) {
      if (metrics.has(part)) {
        curve.set(loss, metrics.path(part).path("loss"));
        curve.set(accuracy, metrics.path(part).path("accuracy"));
      }
    }

    void read(JsonNode curve, ObjectNode metrics) {
      if (curve.has(loss) || curve.has(accuracy)) {
        ObjectNode evaluation = metrics.putObject(part);
        evaluation.set("loss", needed(curve, loss));
        evaluation.set("accuracy", needed(curve, accuracy));
      }
    }
  }

  private TrialDocument() {}

  static ObjectNode of(TrialRow one) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    TrialFields.IDENTITY.put(json, one);
    ArrayNode epochs = json.putArray("epochs");
    one.result().epochs().forEach(epoch -> epochs.add(curve(epoch)));
    TrialFields.NETWORK.put(json, one);
    one.result().network().ifPresent(network -> json.set("layers", layers(network)));
    return json;
  }

  /**
   * Reads {@link #of}.
   *
   * @throws IllegalArgumentException if something is missing; the message names it
   */
  static TrialResult read(JsonNode json, Trial trial) {
    List<JsonNode> epochs = new ArrayList<>();
    needed(json, "epochs").forEach(epoch -> epochs.add(metrics(epoch)));
    TrialResult result =
        new TrialResult(
            trial,
            TrialFolder.State.valueOf(needed(json, "state").asText().toUpperCase(Locale.ROOT)),
            Optional.ofNullable(json.get("failure")).map(JsonNode::asText),
            new TreeMap<>(),
            epochs,
            json.has("parameters") ? Optional.of(network(json, trial)) : Optional.empty());
    if (result.isDone()) {
      needed(json, "parameters");
      if (epochs.size() != trial.experiment().train().epochs()) {
        throw new IllegalArgumentException("it is done, but not all its epochs are there");
      }
    }
    return result;
  }

  /** What the metrics of an epoch say of learning. */
  private static ObjectNode curve(JsonNode epoch) {
    ObjectNode curve = JsonNodeFactory.instance.objectNode();
    curve.set("epoch", epoch.path("epoch"));
    curve.set("trainLoss", epoch.path("loss"));
    curve.set("trainAccuracy", epoch.path("accuracy"));
    EVALUATIONS.forEach(one -> one.tell(epoch, curve));
    return curve;
  }

  private static JsonNode metrics(JsonNode curve) {
    ObjectNode epoch = JsonNodeFactory.instance.objectNode();
    epoch.set("epoch", needed(curve, "epoch"));
    epoch.set("loss", needed(curve, "trainLoss"));
    epoch.set("accuracy", needed(curve, "trainAccuracy"));
    EVALUATIONS.forEach(one -> one.read(curve, epoch));
    return epoch;
  }

  private static ArrayNode layers(TrialNetwork network) {
    ArrayNode layers = JsonNodeFactory.instance.arrayNode();
    for (Layer layer : network.layers()) {
      layers
          .addObject()
          .put("name", layer.name())
          .put("prunable", layer.prunable())
          .put("kept", layer.kept())
          .put("effective", layer.effective())
          .put("macs", layer.macs())
          .put("deadFilters", layer.deadFilters());
    }
    return layers;
  }

  private static TrialNetwork network(JsonNode json, Trial trial) {
    List<Layer> layers = new ArrayList<>();
    for (JsonNode layer : needed(json, "layers")) {
      layers.add(
          new Layer(
              needed(layer, "name").asText(),
              needed(layer, "prunable").asLong(),
              needed(layer, "kept").asLong(),
              needed(layer, "effective").asLong(),
              needed(layer, "macs").asLong(),
              needed(layer, "deadFilters").asInt()));
    }
    return new TrialNetwork(
        layers,
        needed(json, "parameters").asLong(),
        needed(json, "effectiveNodes").asLong(),
        json.path("log10Paths").asDouble(Double.NaN),
        TrialNetwork.Dense.of(trial),
        needed(json, "checkpointBytes").asLong());
  }
}
