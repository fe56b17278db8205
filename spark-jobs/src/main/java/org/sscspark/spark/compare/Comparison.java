package org.sscspark.spark.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.network.NetworkSummary;
import org.sscspark.pruning.Method;
import org.sscspark.report.Figures;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
import org.sscspark.spark.compare.ComparisonPlan.CellKey;
import org.sscspark.spark.trial.FailedTrialsException;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialResult;

/**
 * What the trials of a plan have come to, now.
 *
 * @param cells the rows of the table, in the plan's order
 */
public record Comparison(ComparisonPlan plan, List<Cell> cells) {
  public Comparison {
    cells = List.copyOf(cells);
  }

  /** Reads the trials' folders. */
  static Comparison of(Configuration configuration, ComparisonFolder folder) throws IOException {
    ComparisonPlan plan = folder.plan();
    List<Cell> cells = new ArrayList<>();
    for (CellKey key : plan.cells()) {
      List<TrialResult> results = new ArrayList<>();
      for (Trial trial : plan.trials(key)) {
        results.add(TrialResult.of(configuration, folder.location(), trial));
      }
      cells.add(new Cell(key, results));
    }
    return new Comparison(plan, cells);
  }

  /** All trials, row by row. */
  List<TrialResult> trials() {
    return cells.stream().flatMap(cell -> cell.trials().stream()).toList();
  }

  /** The row of a method at a density, if the plan has it. */
  Optional<Cell> find(Method method, double density) {
    return cells.stream()
        .filter(cell -> cell.key().equals(new CellKey(method, density)))
        .findFirst();
  }

  /** Whether every trial is done. */
  public boolean isComplete() {
    return trials().stream().allMatch(TrialResult::isDone);
  }

  /**
   * Checks that all trials have a result.
   *
   * @throws FailedTrialsException if some failed
   */
  public void requireNoFailures() {
    List<TrialResult> failed =
        trials().stream().filter(trial -> trial.failure().isPresent() && !trial.isDone()).toList();
    if (!failed.isEmpty()) {
      TrialResult first = failed.get(0);
      throw new FailedTrialsException(
          "%d of %d trials failed and are tried again by the same command; %s: %s"
              .formatted(
                  failed.size(),
                  trials().size(),
                  first.trial().name(),
                  first.failure().orElseThrow()));
    }
  }

  /** The failures, one a line; empty if nothing failed. */
  public String failures() {
    StringBuilder text = new StringBuilder();
    for (TrialResult trial : trials()) {
      trial
          .failure()
          .filter(reason -> !trial.isDone())
          .ifPresent(
              reason ->
                  text.append("failed: ")
                      .append(trial.trial().name())
                      .append(": ")
                      .append(reason)
                      .append('\n'));
    }
    return text.toString();
  }

  /** The table for people. */
  public Table table() {
    return new Table(
        List.of(
            Column.text("method"),
            Column.number("density"),
            Column.number("effective"),
            Column.number("parameters"),
            Column.number("MACs"),
            Column.number("accuracy, last epoch"),
            Column.number("best epoch"),
            Column.number("s/epoch"),
            Column.number("checkpoint"),
            Column.number("seeds"),
            Column.number("collapsed")),
        cells.stream().map(Comparison::row).toList());
  }

  private static List<String> row(Cell cell) {
    return List.of(
        cell.key().method().name(),
        cell.density().isKnown()
            ? Figures.percent(cell.density().mean())
            : asked(cell.key().density()) + " asked",
        known(cell.effectiveDensity(), Figures::percent),
        known(cell.parameters(), value -> Figures.count(Math.round(value))),
        known(cell.macs(), Figures::large),
        accuracy(cell.lastAccuracy()),
        accuracy(cell.bestAccuracy()),
        known(cell.secondsPerEpoch(), value -> Figures.fixed(value, value < 10 ? 2 : 1)),
        known(cell.checkpointBytes(), value -> Figures.bytes(Math.round(value))),
        cell.done().size() + "/" + cell.trials().size(),
        collapsed(cell));
  }

  /** A density that was asked for, without needless zeros: {@code 5 %}. */
  static String asked(double density) {
    return Figures.percent(density).replaceAll("\\.?0+ %", " %");
  }

  static String known(Statistic statistic, Function<Double, String> format) {
    return statistic.isKnown() ? format.apply(statistic.mean()) : "";
  }

  /** Mean and deviation in percent: {@code 61.24 ± 0.31 %}. */
  static String accuracy(Statistic statistic) {
    if (!statistic.isKnown()) {
      return "";
    }
    return statistic.count() < 2
        ? Figures.percent(statistic.mean())
        : String.format(
            Locale.ROOT,
            "%.2f \u00b1 %.2f %%",
            100 * statistic.mean(),
            100 * statistic.deviation());
  }

  private static String collapsed(Cell cell) {
    return cell.designed().isEmpty() ? "" : Integer.toString(cell.collapsedLayers().size());
  }

  /** The table for other programs: no times, so it is equal for equal plans. */
  Table cellsCsv() {
    List<List<String>> rows = new ArrayList<>();
    for (Cell cell : cells) {
      List<String> row = new ArrayList<>();
      row.add(cell.key().method().name());
      row.add(Double.toString(cell.key().density()));
      row.add(Integer.toString(cell.trials().size()));
      row.add(Integer.toString(cell.done().size()));
      row.add(Integer.toString(cell.failed().size()));
      for (Statistic statistic :
          List.of(
              cell.lastAccuracy(),
              cell.bestAccuracy(),
              cell.parameters(),
              cell.density(),
              cell.effectiveDensity(),
              cell.macs(),
              cell.macShare(),
              cell.checkpointBytes())) {
        row.add(statistic.isKnown() ? Double.toString(statistic.mean()) : "");
        row.add(statistic.count() < 2 ? "" : Double.toString(statistic.deviation()));
      }
      row.add(String.join(" ", cell.collapsedLayers()));
      rows.add(row);
    }
    List<Column> columns = new ArrayList<>();
    for (String title : List.of("method", "asked_density", "seeds", "done", "failed")) {
      columns.add(Column.text(title));
    }
    for (String title :
        List.of(
            "last_accuracy",
            "best_accuracy",
            "parameters",
            "density",
            "effective_density",
            "macs",
            "mac_share",
            "checkpoint_bytes")) {
      columns.add(Column.number(title + "_mean"));
      columns.add(Column.number(title + "_sd"));
    }
    columns.add(Column.text("collapsed_layers"));
    return new Table(columns, rows);
  }

  /** A line for each trial: no times. */
  Table trialsCsv() {
    List<List<String>> rows = new ArrayList<>();
    for (TrialResult one : trials()) {
      List<String> row = new ArrayList<>(identity(one));
      row.add(one.state().name().toLowerCase(Locale.ROOT));
      row.add(Integer.toString(one.epochs().size()));
      row.add(number(one.lastAccuracy()));
      row.add(number(one.bestAccuracy()));
      Optional<TrialResult.Trained> network = one.network();
      row.add(network.map(n -> Long.toString(n.summary().parameters())).orElse(""));
      row.add(network.map(n -> Double.toString(n.density())).orElse(""));
      row.add(network.map(n -> Double.toString(n.effectiveDensity())).orElse(""));
      row.add(network.map(n -> Long.toString(n.summary().keptMacs())).orElse(""));
      row.add(network.map(n -> Long.toString(n.checkpointBytes())).orElse(""));
      row.add(network.map(n -> String.join(" ", n.collapsedLayers())).orElse(""));
      rows.add(row);
    }
    return new Table(
        columns(
            "trial",
            "method",
            "asked_density",
            "seed",
            "state",
            "epochs",
            "last_accuracy",
            "best_accuracy",
            "parameters",
            "density",
            "effective_density",
            "macs",
            "checkpoint_bytes",
            "collapsed_layers"),
        rows);
  }

  /** How long each trial's epochs took, in seconds of training without evaluation. */
  Table timesCsv() {
    List<List<String>> rows = new ArrayList<>();
    for (TrialResult one : trials()) {
      List<String> row = new ArrayList<>(identity(one));
      row.add(number(one.secondsPerEpoch()));
      rows.add(row);
    }
    return new Table(
        columns("trial", "method", "asked_density", "seed", "seconds_per_epoch"), rows);
  }

  private static List<Column> columns(String... titles) {
    return Arrays.stream(titles).map(Column::text).toList();
  }

  private static List<String> identity(TrialResult one) {
    return List.of(
        one.trial().name(),
        one.trial().experiment().method().name(),
        Double.toString(one.trial().experiment().density()),
        Long.toString(one.trial().experiment().seed()));
  }

  private static String number(OptionalDouble value) {
    return value.isPresent() ? Double.toString(value.getAsDouble()) : "";
  }

  /** Everything as JSON; shares are in [0, 1]. Times are in sections of their own. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    try {
      json.set("plan", new JsonMapper().readTree(plan.toJson()));
    } catch (IOException e) {
      throw new IllegalStateException("A plan is no JSON", e);
    }
    ArrayNode table = json.putArray("cells");
    for (Cell cell : cells) {
      ObjectNode one = table.addObject();
      one.put("method", cell.key().method().name());
      one.put("askedDensity", cell.key().density());
      one.put("seeds", cell.trials().size());
      one.put("done", cell.done().size());
      one.put("failed", cell.failed().size());
      put(one, "lastAccuracy", cell.lastAccuracy());
      put(one, "bestAccuracy", cell.bestAccuracy());
      put(one, "parameters", cell.parameters());
      put(one, "density", cell.density());
      put(one, "effectiveDensity", cell.effectiveDensity());
      put(one, "macs", cell.macs());
      put(one, "macShare", cell.macShare());
      put(one, "checkpointBytes", cell.checkpointBytes());
      cell.collapsedLayers().forEach(one.putArray("collapsedLayers")::add);
    }
    json.set("againstSsc", AgainstSsc.of(this).json());
    ArrayNode all = json.putArray("trials");
    trials().forEach(one -> all.add(trialJson(one)));
    ArrayNode times = json.putArray("times");
    for (TrialResult one : trials()) {
      ObjectNode time = times.addObject().put("trial", one.trial().name());
      one.secondsPerEpoch().ifPresent(seconds -> time.put("secondsPerEpoch", seconds));
    }
    return json;
  }

  private static void put(ObjectNode json, String key, Statistic statistic) {
    if (statistic.isKnown()) {
      ObjectNode one = json.putObject(key).put("mean", statistic.mean());
      if (statistic.count() > 1) {
        one.put("deviation", statistic.deviation());
      }
    }
  }

  private static ObjectNode trialJson(TrialResult one) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("trial", one.trial().name());
    json.put("method", one.trial().experiment().method().name());
    json.put("askedDensity", one.trial().experiment().density());
    json.put("seed", one.trial().experiment().seed());
    json.put("state", one.state().name().toLowerCase(Locale.ROOT));
    one.failure().ifPresent(reason -> json.put("failure", reason));
    ArrayNode epochs = json.putArray("epochs");
    for (JsonNode epoch : one.epochs()) {
      ObjectNode curve = epochs.addObject();
      curve.set("epoch", epoch.path("epoch"));
      curve.set("trainLoss", epoch.path("loss"));
      curve.set("trainAccuracy", epoch.path("accuracy"));
      if (epoch.has("evaluation")) {
        curve.set("testLoss", epoch.path("evaluation").path("loss"));
        curve.set("testAccuracy", epoch.path("evaluation").path("accuracy"));
      }
    }
    one.network()
        .ifPresent(
            network -> {
              json.put("parameters", network.summary().parameters());
              json.put("density", network.density());
              json.put("effectiveDensity", network.effectiveDensity());
              json.put("macs", network.summary().keptMacs());
              json.put("checkpointBytes", network.checkpointBytes());
              ArrayNode layers = json.putArray("layers");
              for (NetworkSummary.Row row : network.summary().rows()) {
                layers
                    .addObject()
                    .put("name", row.name())
                    .put("prunable", row.prunable())
                    .put("kept", row.kept())
                    .put("effective", row.effective())
                    .put("macs", row.keptMacs())
                    .put("deadFilters", row.deadFilters());
              }
            });
    return json;
  }
}
