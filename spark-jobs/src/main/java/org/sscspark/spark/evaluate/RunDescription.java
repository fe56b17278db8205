package org.sscspark.spark.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sscspark.checkpoint.Checkpoint;
import org.sscspark.checkpoint.CheckpointState;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.report.Figures;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
import org.sscspark.storage.FileDigest;
import org.sscspark.training.MetricsJson;

/**
 * What there is to say about a run.
 *
 * @param state how far it has come
 * @param failure why it could not continue, if that was recorded and it is not complete
 * @param result the text of {@code result.json}, if it is complete
 * @param checkpoints what is known of each, oldest first, without having read its files
 * @param epochs the metrics of each epoch
 */
public record RunDescription(
    RunDirectory run,
    RunState state,
    Optional<String> failure,
    Optional<String> result,
    List<CheckpointState> checkpoints,
    List<JsonNode> epochs) {
  public RunDescription {
    checkpoints = List.copyOf(checkpoints);
    epochs = List.copyOf(epochs);
  }

  /** Describes a run. */
  public static RunDescription of(RunDirectory run) throws IOException {
    Optional<String> result = run.result();
    Optional<String> failure = result.isPresent() ? Optional.empty() : run.failure();
    return new RunDescription(
        run,
        RunState.of(result, failure),
        failure,
        result,
        run.checkpoints().states(),
        run.metrics().all());
  }

  /** The description as JSON. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("kind", "run");
    json.put("location", run.root().toString());
    json.put("state", state.toString());
    failure.ifPresent(reason -> json.put("failure", reason));
    json.set("configuration", MetricsJson.read(run.record().configuration()));
    run.record().data().forEach(json.putObject("data")::put);
    run.record().told().forEach(json.putObject("environment")::put);
    ArrayNode all = json.putArray("checkpoints");
    for (CheckpointState found : checkpoints) {
      ObjectNode one = all.addObject();
      one.put("round", found.round());
      found.checkpoint().flatMap(Checkpoint::score).ifPresent(score -> one.put("score", score));
      found.checkpoint().ifPresent(whole -> one.put("lengthBytes", lengthBytes(whole)));
      found.fault().ifPresent(fault -> one.put("fault", fault));
    }
    json.putArray("epochs").addAll(epochs);
    return json;
  }

  /** The description as text. */
  public String text() {
    JsonNode configuration = MetricsJson.read(run.record().configuration());
    List<List<String>> facts = new ArrayList<>();
    facts.add(List.of("state", state + failure.map(reason -> ": " + reason).orElse("")));
    facts.add(List.of("model", configuration.path("model").path("name").asText()));
    facts.add(List.of("method", configuration.path("method").asText()));
    facts.add(List.of("density", density(configuration)));
    facts.add(List.of("seed", configuration.path("seed").asText()));
    run.record().data().forEach((name, value) -> facts.add(List.of("data " + name, value)));
    run.record().told().forEach((name, value) -> facts.add(List.of(name, value)));
    Table overview =
        new Table(List.of(Column.text("run"), Column.text(run.root().toString())), facts);
    return overview.text() + "\n" + epochTable().text() + "\n" + checkpointTable().text();
  }

  /** What the network has, once that is known, and what was asked for. */
  private String density(JsonNode configuration) {
    JsonNode macs = configuration.path("macs");
    JsonNode own =
        result.map(MetricsJson::read).orElseGet(MissingNode::getInstance).path("density");
    String found = own.isNumber() ? Figures.percent(own.asDouble()) + ", " : "";
    if (macs.isNumber()) {
      return found + (found.isEmpty() ? "to be found" : "found") + " for macs = " + macs.asText();
    }
    return found + "asked for " + configuration.path("density").asText();
  }

  /** The moving average has a column where there is one. */
  private Table epochTable() {
    boolean averages = epochs.stream().anyMatch(epoch -> epoch.has("averageEvaluation"));
    List<Column> columns = new ArrayList<>();
    for (String name : List.of("epoch", "loss", "accuracy", "test accuracy")) {
      columns.add(Column.number(name));
    }
    if (averages) {
      columns.add(Column.number("of the average"));
    }
    columns.add(Column.number("images/s"));
    columns.add(Column.number("seconds"));
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode epoch : epochs) {
      List<String> row = new ArrayList<>();
      row.add(epoch.path("epoch").asText());
      row.add(Figures.fixed(epoch.path("loss").asDouble(), 4));
      row.add(Figures.percent(epoch.path("accuracy").asDouble()));
      row.add(accuracy(epoch.path("evaluation")));
      if (averages) {
        row.add(accuracy(epoch.path("averageEvaluation")));
      }
      row.add(Figures.count(Math.round(epoch.path("imagesPerSecond").asDouble())));
      double seconds = epoch.path("wallSeconds").asDouble() * MetricsJson.wholeOverTimed(epoch);
      row.add(Figures.fixed(seconds, 1));
      rows.add(row);
    }
    return new Table(columns, rows);
  }

  /** Nothing where there is no evaluation. */
  private static String accuracy(JsonNode evaluation) {
    return evaluation.isMissingNode()
        ? ""
        : Figures.percent(evaluation.path("accuracy").asDouble());
  }

  private Table checkpointTable() {
    return new Table(
        List.of(Column.text("checkpoint"), Column.number("score"), Column.number("size")),
        checkpoints.stream()
            .map(
                found ->
                    List.of(
                        found.folder().getName(),
                        found
                            .checkpoint()
                            .flatMap(Checkpoint::score)
                            .map(Figures::percent)
                            .orElse(""),
                        found
                            .checkpoint()
                            .map(whole -> Figures.bytes(lengthBytes(whole)))
                            .orElseGet(() -> found.fault().orElseThrow())))
            .toList());
  }

  private static long lengthBytes(Checkpoint checkpoint) {
    return checkpoint.manifest().files().stream().mapToLong(FileDigest::lengthBytes).sum();
  }
}
