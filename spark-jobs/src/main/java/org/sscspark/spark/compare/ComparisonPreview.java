package org.sscspark.spark.compare;

import com.fasterxml.jackson.databind.node.ArrayNode;
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
import org.sscspark.pruning.GradientSources;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.report.Figures;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
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
   * @param kept weights, of the networks that follow from settings alone; others by their density,
   *     if that is given
   * @param macs multiply-adds of one image, where they follow from settings alone or are given
   */
  public record Line(
      Trial trial, TrialFolder.State state, int epochs, Optional<Long> kept, Optional<Long> macs) {}

  public ComparisonPreview {
    lines = List.copyOf(lines);
  }

  /**
   * Looks at the plan and its folder. Networks that follow from scores are not designed: their
   * multiply-adds are known once they begin.
   *
   * @throws org.sscspark.config.BadInputException if a structure cannot meet its density
   */
  public static ComparisonPreview of(
      Configuration configuration, URI folder, ComparisonPlan plan, int slots) throws IOException {
    List<Line> lines = new ArrayList<>();
    Set<String> begun = TrialFolder.begun(configuration, folder);
    for (Trial trial : plan.trials()) {
      TrialFolder held = new TrialFolder(configuration, trial.folder(folder));
      boolean isNew = !begun.contains(trial.name());
      TrialFolder.State state = isNew ? TrialFolder.State.WAITING : held.state();
      lines.add(line(trial, state, isNew ? 0 : held.epochs()));
    }
    return new ComparisonPreview(plan, slots, lines);
  }

  private static Line line(Trial trial, TrialFolder.State state, int epochs) {
    Experiment experiment = trial.experiment();
    NetworkDesign design = experiment.design();
    NetworkSpec dense = design.dense(trial.training().shape(), trial.training().classes().size());
    if (design.method().scores()) {
      long kept = (long) Math.floor(NetworkSummary.of(dense).prunable() * design.density());
      return new Line(
          trial,
          state,
          epochs,
          experiment.macs().isPresent() ? Optional.empty() : Optional.of(kept),
          experiment.macs());
    }
    NetworkSummary summary =
        NetworkSummary.of(
            experiment.designed(dense.input(), dense.classes(), GradientSources.NONE).network());
    return new Line(
        trial, state, epochs, Optional.of(summary.kept()), Optional.of(summary.keptMacs()));
  }

  /** How much there is to do, in one line. */
  public String headline() {
    long left = lines.stream().filter(line -> line.state() != TrialFolder.State.DONE).count();
    long epochs =
        lines.stream()
            .mapToLong(line -> line.trial().experiment().train().epochs() - line.epochs())
            .sum();
    boolean inTask = plan.settings().runs() == RunMode.IN_TASK;
    return String.format(
        Locale.ROOT,
        "%d trials, %d of them to do: %,d epochs of %,d images, %s",
        lines.size(),
        left,
        epochs,
        plan.training().examples(),
        inTask
            ? Math.min(slots, left) + " trials side by side, one worker each"
            : "one trial after the other, "
                + plan.base().averaging().workers().orElse(1)
                + " workers each");
  }

  /** The trials as text. */
  public String text() {
    return new Table(
                List.of(
                    Column.text("trial"),
                    Column.text("state"),
                    Column.number("epochs"),
                    Column.number("weights"),
                    Column.number("MACs"),
                    Column.number("training MACs")),
                lines.stream().map(ComparisonPreview::row).toList())
            .text()
        + headline()
        + "\n"
        + (lines.stream().anyMatch(line -> line.macs().isEmpty())
            ? "MACs of scored networks are known once they are scored.\n"
            : "")
        + (lines.stream().anyMatch(line -> line.kept().isEmpty())
            ? "Weights of networks that are to cost so many MACs are known once they are scored.\n"
            : "");
  }

  private static List<String> row(Line line) {
    int all = line.trial().experiment().train().epochs();
    return List.of(
        line.trial().name(),
        line.state().name().toLowerCase(Locale.ROOT),
        line.epochs() + "/" + all,
        line.kept().map(Figures::count).orElse(""),
        line.macs().map(macs -> Figures.large((double) macs)).orElse(""),
        line.macs().map(macs -> Figures.large(work(line, macs))).orElse(""));
  }

  /** Forward, the gradient of the input and that of the weights cost about the same. */
  private static double work(Line line, long macs) {
    return 3.0
        * macs
        * line.trial().training().examples()
        * (line.trial().experiment().train().epochs() - line.epochs());
  }

  /** The trials as JSON. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("slots", slots);
    ArrayNode trials = json.putArray("trials");
    for (Line line : lines) {
      ObjectNode one = trials.addObject();
      one.put("trial", line.trial().name());
      one.put("state", line.state().name().toLowerCase(Locale.ROOT));
      one.put("epochsDone", line.epochs());
      one.put("epochs", line.trial().experiment().train().epochs());
      line.kept().ifPresent(kept -> one.put("weights", kept));
      line.macs().ifPresent(macs -> one.put("macs", macs).put("trainingMacs", work(line, macs)));
    }
    return json;
  }
}
