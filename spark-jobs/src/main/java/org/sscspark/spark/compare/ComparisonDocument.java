package org.sscspark.spark.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.sscspark.network.NetworkSummary;

/** Everything that a comparison has come to as JSON: tables, learning curves and layers. */
final class ComparisonDocument {
  /** The section that depends on machines. */
  static final String TIMES = "times";

  private ComparisonDocument() {}

  /** Shares are in [0, 1]; times are in a section of their own. */
  static ObjectNode of(Comparison comparison) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("plan", plan(comparison.plan()));
    json.set("cells", CellFields.RESULTS.json(comparison.cells()));
    EqualTime.of(comparison.plan()).ifPresent(times -> json.set("stepTimes", times.json()));
    EqualStep.of(comparison.plan()).ifPresent(steps -> json.set("equalSteps", steps.json()));
    json.set("againstSsc", AgainstSsc.of(comparison).json());
    ArrayNode trials = json.putArray("trials");
    comparison.rows().forEach(one -> trials.add(trial(one)));
    if (!comparison.notShown().isEmpty()) {
      comparison.notShown().forEach(json.putArray("notShown")::add);
    }
    json.set(TIMES, TrialFields.TIME.json(comparison.rows()));
    return json;
  }

  private static JsonNode plan(ComparisonPlan plan) {
    try {
      return new JsonMapper().readTree(plan.toJson());
    } catch (IOException e) {
      throw new IllegalStateException("A plan is no JSON", e);
    }
  }

  private static ObjectNode trial(TrialRow one) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    TrialFields.IDENTITY.put(json, one);
    ArrayNode epochs = json.putArray("epochs");
    one.result().epochs().forEach(epoch -> epochs.add(epoch(epoch)));
    TrialFields.NETWORK.put(json, one);
    one.result().network().ifPresent(network -> json.set("layers", layers(network.summary())));
    return json;
  }

  private static ObjectNode epoch(JsonNode epoch) {
    ObjectNode curve = JsonNodeFactory.instance.objectNode();
    curve.set("epoch", epoch.path("epoch"));
    curve.set("trainLoss", epoch.path("loss"));
    curve.set("trainAccuracy", epoch.path("accuracy"));
    if (epoch.has("evaluation")) {
      curve.set("testLoss", epoch.path("evaluation").path("loss"));
      curve.set("testAccuracy", epoch.path("evaluation").path("accuracy"));
    }
    return curve;
  }

  private static ArrayNode layers(NetworkSummary network) {
    ArrayNode layers = JsonNodeFactory.instance.arrayNode();
    for (NetworkSummary.Row row : network.rows()) {
      layers
          .addObject()
          .put("name", row.name())
          .put("prunable", row.prunable())
          .put("kept", row.kept())
          .put("effective", row.effective())
          .put("macs", row.keptMacs())
          .put("deadFilters", row.deadFilters());
    }
    return layers;
  }
}
