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
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.NetworkSummary;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.report.Field;
import org.sscspark.report.FieldType;
import org.sscspark.report.Fields;
import org.sscspark.report.Figures;
import org.sscspark.spark.compare.ComparisonPlan.CellKey;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.trial.RunMode;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialFolder;

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
   * @param kept weights, of the networks that follow from settings alone; others by their density,
   *     if that is given
   * @param macs multiply-adds of one image, where they follow from settings alone or are given
   */
  public record Line(
      Trial trial,
      TrialFolder.State state,
      int epochs,
      long denseMacs,
      Optional<Long> kept,
      Optional<Long> macs) {
    private int allEpochs() {
      return trial.experiment().train().epochs();
    }

    /** A network that is not known yet. */
    private Line withoutNetwork() {
      return new Line(trial, state, epochs, denseMacs, Optional.empty(), Optional.empty());
    }

    private Optional<Double> work() {
      return macs.map(one -> trial.trainingMacs(epochs, denseMacs, one));
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
          line -> line.epochs() + "/" + line.allEpochs());

  private static final Field<Line, Long> EPOCHS =
      Field.formatted(
          "epochs",
          "of epochs",
          FieldType.COUNT,
          line -> Optional.of((long) line.allEpochs()),
          Figures::count);

  private static final Field<Line, Long> WEIGHTS =
      Field.formatted("weights", "weights", FieldType.COUNT, Line::kept, Figures::count);

  private static final Field<Line, Long> MACS =
      Field.formatted(
          "macs", "MACs", FieldType.COUNT, Line::macs, macs -> Figures.large((double) macs));

  private static final Field<Line, Double> TRAINING_MACS =
      Field.formatted(
          "trainingMacs", "training MACs", FieldType.NUMBER, Line::work, Figures::large);

  private static final Fields<Line> TABLE =
      Fields.of(TRIAL, STATE, EPOCHS_DONE, WEIGHTS, MACS, TRAINING_MACS);

  private static final Fields<Line> DOCUMENT =
      Fields.of(TRIAL, STATE, EPOCHS_DONE, EPOCHS, WEIGHTS, MACS, TRAINING_MACS);

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
        TrialFolder held = new TrialFolder(configuration, trial.folder(folder));
        boolean isNew = !begun.contains(trial.name());
        TrialFolder.State state = isNew ? TrialFolder.State.WAITING : held.state();
        int epochs =
            isNew ? 0 : held.requireSound(state, trial.experiment().train().epochs()).size();
        Line line = line(plan, cell, trial, state, epochs);
        lines.add(plan.knows(cell) ? line : line.withoutNetwork());
      }
    }
    return new ComparisonPreview(plan, slots, lines);
  }

  private static Line line(
      ComparisonPlan plan, CellKey cell, Trial trial, TrialFolder.State state, int epochs) {
    Experiment experiment = trial.experiment();
    NetworkDesign design = experiment.design();
    NetworkSpec dense = design.dense(trial.training().shape(), trial.training().classes().size());
    NetworkSummary whole = NetworkSummary.of(dense);
    if (design.method().scores()) {
      long kept = (long) Math.floor(whole.prunable() * design.density());
      return new Line(
          trial,
          state,
          epochs,
          whole.denseMacs(),
          experiment.macs().isPresent() ? Optional.empty() : Optional.of(kept),
          experiment.macs());
    }
    NetworkSummary summary = NetworkSummary.of(plan.network(cell, experiment));
    return new Line(
        trial,
        state,
        epochs,
        whole.denseMacs(),
        Optional.of(summary.kept()),
        Optional.of(summary.keptMacs()));
  }

  /** How much there is to do, in one line. */
  public String headline() {
    long left = lines.stream().filter(line -> line.state() != TrialFolder.State.DONE).count();
    long epochs = lines.stream().mapToLong(line -> line.allEpochs() - line.epochs()).sum();
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
        + (lines.stream().anyMatch(line -> line.macs().isEmpty())
            ? "MACs of scored networks are known once they are scored.\n"
            : "")
        + (lines.stream().anyMatch(line -> line.kept().isEmpty())
            ? "Weights of networks that are to cost so many MACs are known once they are scored.\n"
            : "")
        + EqualStep.of(plan).map(steps -> steps.table().text()).orElse("")
        + (plan.cells().stream().allMatch(plan::knows)
            ? ""
            : "Densities follow from the time of a step, which is measured when the comparison"
                + " begins.\n")
        + (!plan.knowsEpochs()
            ? "Epochs follow from the time of a step, which is measured when the comparison begins;"
                + " these are ssc's.\n"
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
