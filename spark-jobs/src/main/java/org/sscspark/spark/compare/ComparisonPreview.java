package org.sscspark.spark.compare;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.network.NetworkSummary;
import org.sscspark.pattern.DensityAllocator;
import org.sscspark.report.Field;
import org.sscspark.report.FieldType;
import org.sscspark.report.Fields;
import org.sscspark.report.Figures;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.trial.RunMode;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialFolder;
import org.sscspark.spark.trial.TrialNetwork;
import org.sscspark.spark.trial.TrialResult;

/**
 * What a comparison will do, before it does.
 *
 * @param slots the task slots of the cluster
 */
public record ComparisonPreview(ComparisonPlan plan, int slots, List<Line> lines) {
  /**
   * One trial.
   *
   * @param denseMacs multiply-adds of one image in the dense network
   * @param knowsEpochs whether it is known how many epochs it has
   * @param kept weights, of the networks that follow from settings alone; others by their density,
   *     if that is given
   * @param macs multiply-adds of one image, where they follow from settings alone or are given
   */
  public record Line(
      Trial trial,
      TrialFolder.State state,
      int epochs,
      boolean knowsEpochs,
      long denseMacs,
      Optional<Long> kept,
      Optional<Long> macs) {
    private Optional<Integer> allEpochs() {
      return knowsEpochs ? Optional.of(trial.experiment().train().epochs()) : Optional.empty();
    }

    private boolean scores() {
      return trial.experiment().method().scores();
    }

    private String epochsInWords() {
      return allEpochs().map(all -> epochs + "/" + all).orElse("");
    }

    private Optional<Double> work() {
      return macs.filter(one -> knowsEpochs).map(one -> trial.trainingMacs(epochs, denseMacs, one));
    }
  }

  private static final Field<Line, String> TRIAL =
      Field.word("trial", "trial", line -> line.trial().name());

  private static final Field<Line, String> STATE =
      Field.word("state", "state", line -> line.state().name().toLowerCase(Locale.ROOT));

  private static final Field<Line, Long> EPOCHS_DONE =
      Field.of(
          "epochsDone",
          "epochs",
          FieldType.COUNT,
          line -> Optional.of((long) line.epochs()),
          Line::epochsInWords);

  private static final Field<Line, Long> EPOCHS =
      Field.formatted(
          "epochs",
          "of epochs",
          FieldType.COUNT,
          line -> line.allEpochs().map(all -> (long) all),
          Figures::count);

  private static final Field<Line, Long> WEIGHTS =
      Field.formatted("weights", "weights", FieldType.COUNT, Line::kept, Figures::count);

  private static final Field<Line, Long> MACS =
      Field.formatted(
          "macs", "MACs", FieldType.COUNT, Line::macs, macs -> Figures.large((double) macs));

  private static final Field<Line, Double> MACS_TO_DO =
      Field.formatted("macsToDo", "MACs to do", FieldType.NUMBER, Line::work, Figures::large);

  private static final Fields<Line> TABLE =
      Fields.of(TRIAL, STATE, EPOCHS_DONE, WEIGHTS, MACS, MACS_TO_DO);

  private static final Fields<Line> DOCUMENT =
      Fields.of(TRIAL, STATE, EPOCHS_DONE, EPOCHS, WEIGHTS, MACS, MACS_TO_DO);

  public ComparisonPreview {
    lines = List.copyOf(lines);
  }

  /**
   * Looks at the plan and its folder. Networks that follow from scores are not designed: their
   * multiply-adds are known once they begin.
   *
   * @throws org.sscspark.config.BadInputException if a structure cannot meet its density, or a
   *     trial of the folder is damaged
   */
  public static ComparisonPreview of(
      Configuration configuration, URI folder, ComparisonPlan given, int slots) throws IOException {
    ComparisonPlan plan = given.knowing(new ComparisonFolder(configuration, folder).stepTimes());
    List<Line> lines = new ArrayList<>();
    Set<String> begun = TrialFolder.begun(configuration, folder);
    for (CellKey cell : plan.cells()) {
      for (Trial trial : plan.trials(cell)) {
        TrialResult held =
            begun.contains(trial.name())
                ? TrialResult.of(configuration, folder, trial)
                : TrialResult.waiting(trial);
        lines.add(line(plan, cell, held));
      }
    }
    return new ComparisonPreview(plan, slots, lines);
  }

  private static Line line(ComparisonPlan plan, CellKey cell, TrialResult held) {
    Trial trial = held.trial();
    NetworkSummary dense =
        NetworkSummary.of(
            trial
                .experiment()
                .design()
                .dense(trial.training().shape(), trial.training().classes().size()));
    Counts counts = plan.knows(cell) ? counts(plan, cell, held, dense) : Counts.UNKNOWN;
    return new Line(
        trial,
        held.state(),
        held.epochs().size(),
        plan.knowsEpochs(cell),
        dense.denseMacs(),
        counts.kept(),
        counts.macs());
  }

  /** What is known of a network. */
  private record Counts(Optional<Long> kept, Optional<Long> macs) {
    private static final Counts UNKNOWN = new Counts(Optional.empty(), Optional.empty());
  }

  private static Counts counts(
      ComparisonPlan plan, CellKey cell, TrialResult held, NetworkSummary dense) {
    Experiment experiment = held.trial().experiment();
    if (!experiment.method().scores()) {
      NetworkSummary summary = NetworkSummary.of(plan.network(cell, experiment));
      return new Counts(Optional.of(summary.kept()), Optional.of(summary.keptMacs()));
    }
    if (held.network().isPresent()) {
      TrialNetwork scored = held.network().get();
      return new Counts(Optional.of(scored.kept()), Optional.of(scored.macs()));
    }
    long kept = DensityAllocator.keptOf(Math.toIntExact(dense.prunable()), experiment.density());
    return new Counts(
        experiment.macs().isPresent() ? Optional.empty() : Optional.of(kept), experiment.macs());
  }

  /** How much there is to do, in one line. */
  public String headline() {
    long left = lines.stream().filter(line -> line.state() != TrialFolder.State.DONE).count();
    long epochs =
        lines.stream().mapToLong(line -> line.allEpochs().orElse(0) - line.epochs()).sum();
    boolean inTask = plan.settings().runs() == RunMode.IN_TASK;
    return String.format(
        Locale.ROOT,
        "%d trials, %d of them to do: %s of %,d images, %s",
        lines.size(),
        left,
        plan.knowsEpochs()
            ? String.format(Locale.ROOT, "%,d epochs", epochs)
            : "as many epochs as fit into equal time",
        plan.training().examples(),
        inTask
            ? Math.min(slots, left) + " trials side by side, one worker each"
            : "one trial after the other, "
                + plan.base().averaging().workers().orElse(1)
                + " workers each");
  }

  /** The trials as text. */
  public String text() {
    return TABLE.table(lines).text()
        + headline()
        + "\n"
        + (lines.stream().anyMatch(line -> line.macs().isEmpty() && line.scores())
            ? "MACs of scored networks are known once they are scored.\n"
            : "")
        + (lines.stream().anyMatch(line -> line.kept().isEmpty() && line.scores())
            ? "Weights of networks that are to cost so many MACs are known once they are scored.\n"
            : "")
        + EqualStep.of(plan).map(steps -> steps.table().text()).orElse("")
        + (plan.cells().stream().allMatch(plan::knows)
            ? ""
            : "Densities follow from the time of a step, which is measured when the comparison"
                + " begins.\n")
        + (!plan.knowsEpochs()
            ? "Epochs follow from the time of a step, which is measured when the comparison"
                + " begins.\n"
            : "");
  }

  /** The trials as JSON. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("slots", slots);
    json.set("trials", DOCUMENT.json(lines));
    EqualStep.of(plan).ifPresent(steps -> json.set("equalSteps", steps.json()));
    return json;
  }
}
