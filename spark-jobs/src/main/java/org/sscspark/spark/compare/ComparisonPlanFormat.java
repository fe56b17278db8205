package org.sscspark.spark.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Optional;
import org.sscspark.config.BadInputException;
import org.sscspark.config.CanonicalJson;
import org.sscspark.config.Settings;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.trial.ImageSet;
import org.sscspark.training.MetricsJson;

/** Plans as JSON: {@code plan.json}, and a part of {@code comparison.json}. */
final class ComparisonPlanFormat {
  private static final int VERSION = 1;
  private static final JsonMapper JSON = new JsonMapper();

  private static final String STEP_TIMES = "stepTimes";

  private ComparisonPlanFormat() {}

  static ObjectNode json(ComparisonPlan plan) {
    ObjectNode json = JSON.createObjectNode().put("format", VERSION);
    json.set("experiment", MetricsJson.read(CanonicalJson.of(plan.base())));
    json.set("compare", MetricsJson.read(CanonicalJson.of(plan.settings())));
    json.set("training", JSON.valueToTree(plan.training()));
    json.set("test", JSON.valueToTree(plan.test()));
    plan.stepTimes().ifPresent(times -> json.set(STEP_TIMES, times.json()));
    return json;
  }

  /** As a file. */
  static String text(ComparisonPlan plan) {
    return json(plan).toPrettyString() + "\n";
  }

  /**
   * Reads {@link #json}.
   *
   * @throws BadInputException if it is something else
   */
  static ComparisonPlan read(String text, String where) {
    try {
      JsonNode json = JSON.readTree(text);
      if (json.path("format").asInt(0) != VERSION) {
        throw new BadInputException(
            "%s has format %s, this program reads %s; choose another folder"
                .formatted(where, json.path("format"), VERSION));
      }
      for (String part : List.of("experiment", "compare", "training", "test")) {
        if (!json.path(part).isObject()) {
          throw new BadInputException(damage(where, "it has no " + part));
        }
      }
      ComparisonPlan plan =
          new ComparisonPlan(
              Settings.bind(
                  ConfigFactory.parseString(json.path("experiment").toString()), Experiment.class),
              Settings.bind(
                  ConfigFactory.parseString(json.path("compare").toString()),
                  ComparisonSettings.class),
              JSON.treeToValue(json.path("training"), ImageSet.class),
              JSON.treeToValue(json.path("test"), ImageSet.class),
              Optional.empty());
      return json.has(STEP_TIMES) ? withTimes(plan, json.path(STEP_TIMES), where) : plan;
    } catch (JsonProcessingException e) {
      throw new BadInputException(damage(where, e.getOriginalMessage()), e);
    }
  }

  private static ComparisonPlan withTimes(ComparisonPlan plan, JsonNode json, String where) {
    List<VariantKey> variants = plan.variants();
    try {
      return plan.withTimes(Optional.of(TimedSteps.fromJson(json, variants)));
    } catch (IllegalArgumentException | BadInputException e) {
      throw new BadInputException(damage(where, "in " + STEP_TIMES + ", " + e.getMessage()), e);
    }
  }

  private static String damage(String where, String complaint) {
    return "%s is no plan of a comparison: %s; restore it, or choose another folder"
        .formatted(where, complaint);
  }
}
