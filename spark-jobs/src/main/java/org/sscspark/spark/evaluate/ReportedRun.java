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
 * @param record what was run, if the checkpoint lies in a run's folder
 * @param epochs the metrics of each epoch, as {@link MetricsJson} writes them
 */
public record ReportedRun(
    ModelEvaluation model, Optional<RunRecord> record, List<JsonNode> epochs) {
  public ReportedRun {
    epochs = List.copyOf(epochs);
  }

  /**
   * What a report tells about a checkpoint, as soon as it is evaluated. What its run left behind is
   * read at once.
   *
   * @throws org.sscspark.config.BadInputException if some of it is damaged
   */
  public static Function<ModelEvaluation, ReportedRun> of(FoundCheckpoint found)
      throws IOException {
    Optional<RunRecord> record = found.run().map(RunDirectory::record);
    List<JsonNode> epochs = found.run().isEmpty() ? List.of() : found.run().get().metrics().all();
    return model -> new ReportedRun(model, record, epochs);
  }

  /** What to call it. */
  public String name() {
    return model.name();
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
            Column.number("training")),
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
        epochs.isEmpty() ? "" : Figures.fixed(trainSeconds(), 1) + " s");
  }

  /** Seconds that rounds took, over all epochs. */
  public double trainSeconds() {
    return epochs.stream().mapToDouble(epoch -> epoch.path("wallSeconds").asDouble()).sum();
  }

  /** Seconds of all workers in one phase of their rounds, such as {@code forward}. */
  double workerSeconds(String phase) {
    return epochs.stream()
        .mapToDouble(epoch -> epoch.path("workerSeconds").path(phase).asDouble())
        .sum();
  }
}
