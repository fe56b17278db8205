package org.sscspark.spark.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.checkpoint.RunRecord;
import org.sscspark.report.Figures;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
import org.sscspark.training.MetricsJson;

/**
 * What a report tells about one model.
 *
 * @param run what was run, if the checkpoint lies in a run's folder
 * @param epochs the metrics of each epoch, as {@link MetricsJson} writes them
 */
public record ReportedRun(ModelEvaluation model, Optional<Recorded> run, List<JsonNode> epochs) {
  public ReportedRun {
    epochs = List.copyOf(epochs);
  }

  /** What a run's folder says of it, and how far it has come. */
  public record Recorded(String name, RunRecord record, RunState state) {
    static Recorded of(RunDirectory run) throws IOException {
      return new Recorded(
          run.root().getName(), run.record(), RunState.of(run.result(), run.failure()));
    }
  }

  /**
   * What a report tells about a checkpoint, as soon as it is evaluated. What its run left behind is
   * read at once.
   *
   * @throws org.sscspark.config.BadInputException if some of it is damaged
   */
  public static Function<ModelEvaluation, ReportedRun> of(FoundCheckpoint found)
      throws IOException {
    if (found.run().isEmpty()) {
      return model -> new ReportedRun(model, Optional.empty(), List.of());
    }
    Recorded run = Recorded.of(found.run().get());
    List<JsonNode> epochs = found.run().get().metrics().all();
    return model -> new ReportedRun(model, Optional.of(run), epochs);
  }

  /** What was run, if that is known. */
  Optional<RunRecord> record() {
    return run.map(Recorded::record);
  }

  /** What to call it. */
  public String name() {
    return model.name();
  }

  /** What to call its run, whichever of the parameters the model has. */
  String runName() {
    return run.map(Recorded::name).orElse(name());
  }

  /** The name of the set that the run was scored on after each epoch, if it is known. */
  Optional<String> scoredOn() {
    return record()
        .map(known -> known.data().get(RunRecord.TEST + "name"))
        .filter(set -> !set.equals(RunRecord.ABSENT));
  }

  /** Whether the run was scored on another set than one. */
  boolean isScoredApart(String sha256) {
    return record()
        .map(known -> known.data().get(RunRecord.TEST + "sha256"))
        .filter(own -> !own.equals(sha256))
        .isPresent();
  }

  /** Quality and cost, one model a row. */
  public static Table table(List<ReportedRun> runs) {
    return new Table(
        List.of(
            Column.text("network"),
            Column.number("accuracy"),
            Column.number("loss"),
            Column.number("parameters"),
            Column.number("density"),
            Column.number("MACs"),
            Column.number("checkpoint"),
            Column.number("training"),
            Column.text("epochs")),
        runs.stream().map(ReportedRun::row).toList());
  }

  private List<String> row() {
    return List.of(
        name(),
        Figures.percent(model.evaluation().accuracy()),
        Figures.fixed(model.evaluation().loss(), 4),
        Figures.count(model.network().parameters()),
        model.dense().densityInWords(model.network().kept()),
        Figures.large((double) model.network().keptMacs()),
        Figures.bytes(model.checkpointBytes()),
        epochs.isEmpty() ? "" : Figures.fixed(trainSeconds(), 1) + " s",
        trained() + mark());
  }

  /** After how many epochs the checkpoint was made, and of how many. */
  String trained() {
    String planned =
        record()
            .flatMap(known -> known.setting("train.epochs"))
            .map(all -> " of " + all)
            .orElse("");
    return model.epochs() + planned;
  }

  /** What to say of a run that is not complete. */
  String mark() {
    return run.map(
            known ->
                switch (known.state()) {
                  case COMPLETE -> "";
                  case FAILED, UNFINISHED -> ", " + known.state();
                })
        .orElse("");
  }

  /** Seconds that rounds took, over all epochs; see {@link MetricsJson#wholeOverTimed}. */
  public double trainSeconds() {
    return sum(epoch -> epoch.path("wallSeconds"));
  }

  /** Seconds of all workers in one phase of their rounds, such as {@code forward}. */
  double workerSeconds(String phase) {
    return sum(epoch -> epoch.path("workerSeconds").path(phase));
  }

  private double sum(Function<JsonNode, JsonNode> seconds) {
    return epochs.stream()
        .mapToDouble(epoch -> seconds.apply(epoch).asDouble() * MetricsJson.wholeOverTimed(epoch))
        .sum();
  }
}
