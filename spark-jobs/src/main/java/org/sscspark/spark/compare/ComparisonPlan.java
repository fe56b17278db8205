package org.sscspark.spark.compare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.sscspark.checkpoint.RunRecord;
import org.sscspark.config.BadInputException;
import org.sscspark.config.CanonicalJson;
import org.sscspark.config.FlatJson;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.NetworkSummary;
import org.sscspark.pruning.GradientSources;
import org.sscspark.pruning.Method;
import org.sscspark.pruning.PruningSettings;
import org.sscspark.spark.compare.ComparisonSettings.Equal;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.trial.ImageSet;
import org.sscspark.spark.trial.RunMode;
import org.sscspark.spark.trial.Trial;
import org.sscspark.training.MetricsJson;

/**
 * A comparison before it runs: everything that decides its trials.
 *
 * @param base the settings of all trials, but for method, density and seed; its number of workers
 *     is explicit
 * @param settings what is compared
 * @param training what all trials train on
 * @param test what all trials are evaluated on
 * @param stepTimes how long steps took, once they were measured; a row's time is kept once it is
 *     known
 * @param sscMacs follows from the rest
 */
public record ComparisonPlan(
    Experiment base,
    ComparisonSettings settings,
    ImageSet training,
    ImageSet test,
    Optional<TimedSteps> stepTimes,
    SscMacs sscMacs) {
  /** What differs between the trials of one comparison. */
  private static final List<String> VARIED = List.of("method", "density", "macs", "seed");

  /** A plan of which nothing is counted yet. */
  ComparisonPlan(
      Experiment base,
      ComparisonSettings settings,
      ImageSet training,
      ImageSet test,
      Optional<TimedSteps> stepTimes) {
    this(
        base,
        settings,
        training,
        test,
        stepTimes,
        new SscMacs(
            density ->
                new ComparisonPlan(base, settings, training, test, stepTimes).macsOfSsc(density)));
  }

  /**
   * Plans a comparison.
   *
   * @param unset the workers of data-parallel runs that do not say how many
   * @throws BadInputException if the settings contradict each other
   */
  public static ComparisonPlan of(
      Experiment base, ComparisonSettings settings, int unset, ImageSet training, ImageSet test) {
    ComparisonChecks.requireFitting(base, settings);
    int workers = settings.runs() == RunMode.IN_TASK ? 1 : unset;
    ComparisonPlan plan =
        new ComparisonPlan(
            base.withWorkers(base.averaging().workers().orElse(workers)),
            settings,
            training,
            test,
            Optional.empty());
    ComparisonChecks.requireRows(plan);
    return plan;
  }

  /**
   * The rows of the table: dense once, every other method at each density. Where each density has a
   * training time of its own, dense has a row for each.
   */
  public List<CellKey> cells() {
    List<CellKey> cells = new ArrayList<>();
    boolean denseOnce = hasOneBudget();
    if (denseOnce && settings.methods().contains(Method.DENSE)) {
      cells.add(new CellKey(Method.DENSE, 1));
    }
    for (double density : settings.densities()) {
      for (Method method : settings.methods()) {
        if (!denseOnce || !method.equals(Method.DENSE)) {
          cells.add(new CellKey(method, density));
        }
        if (method.equals(Method.SSC)) {
          variants()
              .forEach(variant -> cells.add(new CellKey(method, Optional.of(variant), density)));
        }
      }
    }
    return cells;
  }

  /** Whether what a training costs does not depend on the density asked for. */
  private boolean hasOneBudget() {
    return settings.equal() != Equal.SECONDS || settings.seconds().isPresent();
  }

  /** Whether it is the row of dense beside all densities. */
  boolean isDenseOnce(CellKey cell) {
    return cell.isDense() && hasOneBudget();
  }

  /** The trials of a row, a seed each. */
  public List<Trial> trials(CellKey cell) {
    Optional<Long> macs = macs(cell);
    String alias = cell.name() + (macs.isPresent() ? "-equal-macs" : "");
    if (settings.equal() == Equal.SECONDS && !setsBudget(cell)) {
      alias += "-equal-seconds";
    }
    if (isSolved(cell)) {
      alias += "-equal-step-seconds";
    }
    String named = alias;
    return settings.seeds().stream()
        .map(seed -> new Trial(named + "-s" + seed, experiment(cell, macs, seed), training, test))
        .toList();
  }

  /** Whether others are to cost what this row does. */
  private boolean setsBudget(CellKey cell) {
    return cell.isSsc() && settings.seconds().isEmpty();
  }

  /** Whether its density is searched for, so that a step takes as long as SSC's. */
  boolean isSolved(CellKey cell) {
    return settings.equal() == Equal.STEP_SECONDS && !cell.isDense() && !cell.isSsc();
  }

  /** The density of a row's networks: the one asked for, unless another was found. */
  private double density(CellKey cell) {
    return isSolved(cell)
        ? stepTimes
            .flatMap(times -> times.solved(cell))
            .map(SolvedStep::density)
            .orElse(cell.density())
        : cell.density();
  }

  /**
   * How long trainings take by measured times of steps; empty unless methods are compared by it.
   */
  Optional<TimeBudget> timeBudget() {
    return settings.equal() == Equal.SECONDS
        ? stepTimes.map(
            times ->
                new TimeBudget(
                    base,
                    settings,
                    training,
                    times,
                    (cell, epochs) -> experiment(cell, Optional.empty(), 1, epochs)))
        : Optional.empty();
  }

  /**
   * The plan with all times of steps that it needs.
   *
   * @param held those that were measured before: not measured again, and kept whether they are
   *     needed now or not
   * @param clock asked for the others
   * @throws BadInputException if others are needed and the machine is another
   */
  ComparisonPlan timed(Optional<TimedSteps> held, StepClock clock) {
    List<CellKey> missing = missing(held);
    if (missing.isEmpty()) {
      return withTimes(held);
    }
    TimedSteps now =
        settings.equal() == Equal.STEP_SECONDS
            ? new StepBudget(clock, (key, density) -> untimed(key).withDensity(density))
                .solve(missing)
            : time(missing, held, clock);
    requireSameMachine(missing, held.flatMap(times -> times.difference(now)));
    return withTimes(Optional.of(held.map(times -> times.plus(now)).orElse(now)));
  }

  private static void requireSameMachine(List<CellKey> rows, Optional<String> difference) {
    if (difference.isPresent()) {
      throw new BadInputException(
          "steps of %s cannot be compared with those that the folder holds: %s; choose another folder"
              .formatted(rows.get(0).name(), difference.get()));
    }
  }

  /**
   * Times rows, and beside them, in turns, what the folder has times of already: the machine may be
   * busier or quieter now, and that is how much.
   *
   * @throws BadInputException if the machine is another
   */
  private TimedSteps time(List<CellKey> missing, Optional<TimedSteps> held, StepClock clock) {
    List<CellKey> again = held.map(TimedSteps::references).orElse(List.of());
    TimedSteps now =
        clock.time(
            Stream.concat(again.stream(), missing.stream())
                .map(key -> new StepClock.Subject(key, untimed(key)))
                .toList());
    requireSameMachine(missing, held.flatMap(times -> times.otherMachine(now)));
    return held.map(times -> now.asBeside(times)).orElse(now);
  }

  /** The plan with times that were measured before, if they are all that it needs. */
  ComparisonPlan knowing(Optional<TimedSteps> held) {
    return missing(held).isEmpty() ? withTimes(held) : this;
  }

  /** The rows whose time of a step, or whose density by it, is not known yet. */
  private List<CellKey> missing(Optional<TimedSteps> held) {
    return switch (settings.equal()) {
      case PARAMETERS, MACS -> List.of();
      case SECONDS ->
          timedRows().stream()
              .filter(key -> held.flatMap(times -> times.find(key)).isEmpty())
              .toList();
      case STEP_SECONDS ->
          cells().stream()
              .filter(this::isSolved)
              .filter(key -> held.flatMap(times -> times.solved(key)).isEmpty())
              .toList();
    };
  }

  /** Whether it is known how many epochs its trials have. */
  boolean knowsEpochs() {
    return settings.equal() != Equal.SECONDS || stepTimes.isPresent();
  }

  /** Whether it is known how many epochs a row has: others have as many as SSC's take time. */
  boolean knowsEpochs(CellKey cell) {
    return knowsEpochs() || setsBudget(cell);
  }

  /** Whether it is known what a row's networks keep or cost. */
  boolean knows(CellKey cell) {
    return !isSolved(cell) || stepTimes.flatMap(times -> times.solved(cell)).isPresent();
  }

  /** The same with these times instead. */
  ComparisonPlan withTimes(Optional<TimedSteps> times) {
    return new ComparisonPlan(base, settings, training, test, times, sscMacs);
  }

  /** The rows whose steps decide how many epochs there are: SSC's, if it sets the budget, too. */
  private Set<CellKey> timedRows() {
    Set<CellKey> rows = new LinkedHashSet<>();
    if (settings.equal() != Equal.SECONDS) {
      return rows;
    }
    if (settings.seconds().isEmpty()) {
      settings.densities().forEach(density -> rows.add(new CellKey(Method.SSC, density)));
    }
    if (settings.methods().stream().anyMatch(Method::computesAllWeights)) {
      rows.add(new CellKey(Method.DENSE, 1));
    }
    cells().forEach(cell -> rows.add(TimeBudget.timed(cell)));
    return rows;
  }

  /** The settings of a row's first trial before its epochs are known. */
  private Experiment untimed(CellKey cell) {
    return withTimes(Optional.empty()).experiment(cell, Optional.empty(), settings.seeds().get(0));
  }

  /** What the networks of a row are to cost, if they are compared at equal cost. */
  private Optional<Long> macs(CellKey cell) {
    if (settings.equal() != Equal.MACS || cell.isDense() || cell.isSsc()) {
      return Optional.empty();
    }
    return Optional.of(sscMacs.at(cell.density()));
  }

  private long macsOfSsc(double density) {
    CellKey ssc = new CellKey(Method.SSC, density);
    NetworkSpec network = network(ssc, experiment(ssc, Optional.empty(), 1));
    return NetworkSummary.of(network).keptMacs();
  }

  /**
   * The network of a row that follows from settings alone.
   *
   * @param experiment of one of its trials
   * @throws BadInputException if there is none; the row is named
   */
  NetworkSpec network(CellKey cell, Experiment experiment) {
    try {
      return experiment
          .designed(training.shape(), training.classes().size(), GradientSources.NONE)
          .network();
    } catch (BadInputException e) {
      throw new BadInputException(
          "%s at %s: %s".formatted(cell.label(), Words.asked(cell.density()), e.getMessage()), e);
    }
  }

  /** All trials, row by row. */
  public List<Trial> trials() {
    return cells().stream().flatMap(cell -> trials(cell).stream()).toList();
  }

  /** All trials, those with the most work first, so that no long one is left for the end. */
  public List<Trial> longestFirst() {
    return trials().stream()
        .sorted(Comparator.comparingDouble(trial -> -weights(trial.experiment())))
        .toList();
  }

  /** Epochs by the share of weights that they train. */
  private static double weights(Experiment experiment) {
    int dense =
        experiment.method().equals(Method.DENSE)
            ? experiment.train().epochs()
            : experiment.denseEpochs();
    return dense + (experiment.train().epochs() - dense) * experiment.density();
  }

  /** All settings by which trials are what they are, those of SSC where its cost is the budget. */
  public List<Experiment> decisive() {
    List<Experiment> decisive = new ArrayList<>();
    trials().forEach(trial -> decisive.add(trial.experiment()));
    if (isBoundBySsc()) {
      for (double density : settings.densities()) {
        CellKey ssc = new CellKey(Method.SSC, density);
        decisive.add(experiment(ssc, Optional.empty(), settings.seeds().get(0)));
      }
    }
    return decisive;
  }

  /** Whether what others may cost is what SSC costs. */
  boolean isBoundBySsc() {
    return switch (settings.equal()) {
      case PARAMETERS -> false;
      case MACS -> cells().stream().anyMatch(cell -> !cell.isDense() && !cell.isSsc());
      case SECONDS -> settings.seconds().isEmpty();
      case STEP_SECONDS -> cells().stream().anyMatch(this::isSolved);
    };
  }

  private Experiment experiment(CellKey cell, Optional<Long> macs, long seed) {
    int epochs =
        timeBudget().map(budget -> budget.epochs(cell)).orElseGet(() -> base.train().epochs());
    return experiment(cell, macs, seed, epochs);
  }

  private Experiment experiment(CellKey cell, Optional<Long> macs, long seed, int epochs) {
    int whole = base.train().epochs();
    return new Experiment(
        seed,
        base.engine(),
        cell.method(),
        density(cell),
        macs,
        base.from(),
        base.model(),
        cell.variant().map(VariantKey::ssc).orElse(base.ssc()),
        pruning(cell.method()),
        epochs == whole ? base.train() : base.train().stretched(epochs),
        epochs == whole ? base.averaging() : base.averaging().stretched((double) epochs / whole),
        base.checkpoint());
  }

  /** The variants of SSC, by name. */
  List<VariantKey> variants() {
    return settings.variants().keySet().stream().map(this::variant).toList();
  }

  private VariantKey variant(String name) {
    try {
      return new VariantKey(name, settings.variants().get(name).settings(base.ssc()));
    } catch (BadInputException e) {
      throw new BadInputException("compare.variants." + name + ": " + e.getMessage(), e);
    }
  }

  /** What methods are called in tables, variants included, in the order of the rows. */
  List<String> labels() {
    return cells().stream().map(CellKey::label).distinct().toList();
  }

  /** Settings that could change nothing are not among those of a trial. */
  private PruningSettings pruning(Method method) {
    if (!method.scores()) {
      return PruningSettings.defaults();
    }
    return base.pruning().of(method.time());
  }

  /** The plan with the methods, densities and seeds of another as well. */
  ComparisonPlan plus(ComparisonPlan other) {
    return new ComparisonPlan(
        base,
        settings.plus(other.settings),
        training,
        test,
        stepTimes
            .map(times -> other.stepTimes.map(times::plus).orElse(times))
            .or(other::stepTimes));
  }

  /** The settings that all trials share, by their keys. */
  SortedMap<String, String> common() {
    return FlatJson.AS_TEXT.of(commonJson());
  }

  private ObjectNode commonJson() {
    ObjectNode common = (ObjectNode) MetricsJson.read(CanonicalJson.of(base));
    return common.remove(VARIED);
  }

  /**
   * What all trials of one table share: recipe and data sets must be equal, methods, densities and
   * seeds need not.
   */
  RunRecord record() {
    SortedMap<String, String> data = new TreeMap<>();
    data.put("for training, SHA-256", training.sha256());
    data.put("for tests, SHA-256", test.sha256());
    training.recordMeaning("for training, ", data);
    test.recordMeaning("for tests, ", data);
    return new RunRecord(commonJson().toString(), data, new TreeMap<>());
  }
}
