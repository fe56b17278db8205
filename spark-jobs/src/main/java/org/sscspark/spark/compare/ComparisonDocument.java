package org.sscspark.spark.compare;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.sscspark.storage.TextFiles;

/** Everything that a comparison has come to as JSON: tables, learning curves and layers. */
final class ComparisonDocument {
  /** What the file is called, beside tables as in the comparison's own folder. */
  static final String FILE = "comparison.json";

  static final String PLAN = "plan";
  static final String TRIALS = "trials";

  /** The section that depends on machines. */
  static final String TIMES = "times";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private ComparisonDocument() {}

  /** Writes {@link #of}, or what is left of it. */
  static void write(TextFiles files, ObjectNode json) throws IOException {
    files.write(FILE, JSON.writeValueAsString(json) + "\n");
  }

  /** Shares are in [0, 1]; times are in a section of their own. */
  static ObjectNode of(Comparison comparison) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set(PLAN, ComparisonPlanFormat.json(comparison.plan()));
    json.set("cells", CellFields.RESULTS.json(comparison.cells()));
    EqualTime.of(comparison.plan()).ifPresent(times -> json.set("stepTimes", times.json()));
    EqualStep.of(comparison.plan()).ifPresent(steps -> json.set("equalSteps", steps.json()));
    json.set("againstSsc", AgainstSsc.of(comparison).json());
    ArrayNode trials = json.putArray(TRIALS);
    comparison.rows().forEach(one -> trials.add(TrialDocument.of(one)));
    if (!comparison.notShown().isEmpty()) {
      comparison.notShown().forEach(json.putArray("notShown")::add);
    }
    json.set(TIMES, TrialFields.TIME.json(comparison.rows()));
    return json;
  }
}
