package org.sscspark.spark.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sscspark.checkpoint.RunRecord;
import org.sscspark.config.BadInputException;
import org.sscspark.config.CanonicalJson;
import org.sscspark.config.KebabCase;
import org.sscspark.config.Settings;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.NetworkSummary;
import org.sscspark.pruning.GradientSources;
import org.sscspark.pruning.Method;
import org.sscspark.pruning.PruningSettings;
import org.sscspark.spark.compare.ComparisonSettings.Equal;
import org.sscspark.spark.evaluate.FlatSettings;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.trial.ImageSet;
import org.sscspark.spark.trial.RunMode;
import org.sscspark.spark.trial.Trial;

/**
 * A comparison before it runs: everything that decides its trials.
 *
 * @param base the settings of all trials, but for method, density and seed; its number of workers
 *     is explicit
 * @param settings what is compared
 * @param training what all trials train on
 * @param test what all trials are evaluated on
 * @param stepTimes how long steps took, once they were measured, which they are at most once a row
 */
public record ComparisonPlan(
    Experiment base,
    ComparisonSettings settings,
    ImageSet training,
    ImageSet test,
    Optional<TimedSteps> stepTimes) {
  private static final int VERSION = 1;
  private static final JsonMapper JSON = new JsonMapper();

  private static final String STEP_TIMES = "stepTimes";

  /** What differs between the trials of one comparison. */
  private static final List<String> VARIED = List.of("method", "density", "macs", "seed");

  /**
   * Plans a comparison.
   *
   * @param slots the task slots of the cluster: the workers of data-parallel runs that do not say
   *     how many
   * @throws BadInputException if the settings contradict each other
   */
  public static ComparisonPlan of(
      Experiment base, ComparisonSettings settings, int slots, ImageSet training, ImageSet test) {
    Optional<Integer> workers = base.averaging().workers();
    boolean inTask = settings.runs() == RunMode.IN_TASK;
    if (inTask && workers.isPresent() && workers.get() != 1) {
      throw new BadInputException(
          "averaging.workers = %d does not go with compare.runs = in-task, where a trial is one"
                  .formatted(workers.get())
              + " worker; leave it out, or take compare.runs = data-parallel");
    }
    if (base.macs().isPresent()) {
      throw new BadInputException(
          "macs = %d is for a single run; leave it out, and take compare.equal = macs"
              .formatted(base.macs().get()));
    }
    if (base.from().isPresent()) {
      throw new BadInputException(
          "from = %s is for train and sweep; methods are compared from initial weights, so leave it"
                  .formatted(base.from().get())
              + " out");
    }
    if (base.pruning().denseShare().isPresent()
        && settings.methods().stream().allMatch(method -> method.denseShare() == 0)) {
      throw new BadInputException(
          "pruning.dense-share = %s is for methods that score trained weights, and none of"
                  .formatted(base.pruning().denseShare().get())
              + " compare.methods does; leave it out, or add fine-tune");
    }
    Optional<String> regrowing = base.pruning().regrowing();
    if (regrowing.isPresent()
        && settings.methods().stream()
            .allMatch(method -> method.time() != Method.Time.THROUGHOUT)) {
      throw new BadInputException(
          "%s is for methods whose weights move while they are trained, and none of compare.methods"
                  .formatted(regrowing.get())
              + " is one; leave it out, or add set");
    }
    ComparisonPlan plan =
        new ComparisonPlan(
            base.withWorkers(workers.orElse(inTask ? 1 : slots)),
            settings,
            training,
            test,
            Optional.empty());
    // Settings that do not go with a method are told now, not when its trial begins.
    List<Trial> unused = plan.trials();
    return plan;
  }

  /** One row of the comparison's table. */
  public record CellKey(Method method, double density) {
    /** What to call it. */
    public String name() {
      return isDenseOnce() ? method.name() : method.name() + "-" + density;
    }

    /** Whether it is the row of dense beside all densities. */
    boolean isDenseOnce() {
      return method.equals(Method.DENSE) && density == 1;
    }
  }

  /**
   * The rows of the table: dense once, every other method at each density. Where each density has a
   * training time of its own, dense has a row for each.
   */
  public List<CellKey> cells() {
    List<CellKey> cells = new ArrayList<>();
    boolean denseOnce = settings.equal() != Equal.SECONDS || settings.seconds().isPresent();
    if (denseOnce && settings.methods().contains(Method.DENSE)) {
      cells.add(new CellKey(Method.DENSE, 1));
    }
    for (double density : settings.densities()) {
      for (Method method : settings.methods()) {
        if (!denseOnce || !method.equals(Method.DENSE)) {
          cells.add(new CellKey(method, density));
        }
      }
    }
    return cells;
  }

  /** The trials of a row, a seed each. */
  public List<Trial> trials(CellKey cell) {
    Optional<Long> macs = macs(cell);
    String alias = cell.name() + (macs.isPresent() ? "-equal-macs" : "");
    if (settings.equal() == Equal.SECONDS && !setsBudget(cell)) {
      alias += "-equal-seconds";
    }
    String named = alias;
    return settings.seeds().stream()
        .map(seed -> new Trial(named + "-s" + seed, experiment(cell, macs, seed), training, test))
        .toList();
  }

  /** Whether others are to cost what this row does. */
  private boolean setsBudget(CellKey cell) {
    return cell.method().equals(Method.SSC) && settings.seconds().isEmpty();
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
    List<StepClock.Subject> missing =
        timedRows().stream()
            .filter(key -> held.flatMap(times -> times.find(key)).isEmpty())
            .map(key -> new StepClock.Subject(key, untimed(key)))
            .toList();
    if (missing.isEmpty()) {
      return withTimes(held);
    }
    TimedSteps now = clock.time(missing);
    Optional<String> difference = held.flatMap(times -> times.difference(now));
    if (difference.isPresent()) {
      throw new BadInputException(
          "steps of %s cannot be compared with those that the folder holds: %s; choose another folder"
              .formatted(missing.get(0).key().name(), difference.get()));
    }
    return withTimes(Optional.of(held.map(times -> times.plus(now)).orElse(now)));
  }

  /** The plan with times that were measured before, if they are all that it needs. */
  ComparisonPlan knowing(Optional<TimedSteps> held) {
    boolean enough =
        timedRows().stream().allMatch(key -> held.flatMap(times -> times.find(key)).isPresent());
    return enough ? withTimes(held) : this;
  }

  /** Whether it is known how many epochs its trials have. */
  boolean knowsEpochs() {
    return settings.equal() != Equal.SECONDS || stepTimes.isPresent();
  }

  private ComparisonPlan withTimes(Optional<TimedSteps> times) {
    return new ComparisonPlan(base, settings, training, test, times);
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
    if (settings.equal() != Equal.MACS
        || cell.method().equals(Method.DENSE)
        || cell.method().equals(Method.SSC)) {
      return Optional.empty();
    }
    NetworkSpec ssc =
        experiment(new CellKey(Method.SSC, cell.density()), Optional.empty(), 1)
            .designed(training.shape(), training.classes().size(), GradientSources.NONE)
            .network();
    return Optional.of(NetworkSummary.of(ssc).keptMacs());
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
        cell.density(),
        macs,
        base.from(),
        base.model(),
        base.ssc(),
        pruning(cell.method()),
        epochs == whole ? base.train() : base.train().stretched(epochs),
        epochs == whole ? base.averaging() : base.averaging().stretched((double) epochs / whole),
        base.checkpoint());
  }

  /** Settings that could change nothing are not among those of a trial. */
  private PruningSettings pruning(Method method) {
    if (!method.scores()) {
      return PruningSettings.defaults();
    }
    return base.pruning().of(method.time());
  }

  /** The plan as JSON. */
  String toJson() {
    ObjectNode json = JSON.createObjectNode().put("format", VERSION);
    json.set("experiment", tree(CanonicalJson.of(base)));
    json.set("compare", tree(CanonicalJson.of(settings)));
    json.set("training", JSON.valueToTree(training));
    json.set("test", JSON.valueToTree(test));
    stepTimes.ifPresent(times -> json.set(STEP_TIMES, times.json()));
    return json.toPrettyString() + "\n";
  }

  /**
   * Reads {@link #toJson}.
   *
   * @throws BadInputException if it is something else
   */
  static ComparisonPlan fromJson(String text, String where) {
    try {
      JsonNode json = JSON.readTree(text);
      if (json.path("format").asInt(0) != VERSION) {
        throw new BadInputException(
            "%s has format %s, this program reads %d; choose another folder"
                .formatted(where, json.path("format"), VERSION));
      }
      return new ComparisonPlan(
          Settings.bind(
              ConfigFactory.parseString(json.path("experiment").toString()), Experiment.class),
          Settings.bind(
              ConfigFactory.parseString(json.path("compare").toString()), ComparisonSettings.class),
          JSON.treeToValue(json.path("training"), ImageSet.class),
          JSON.treeToValue(json.path("test"), ImageSet.class),
          json.has(STEP_TIMES)
              ? Optional.of(TimedSteps.fromJson(json.path(STEP_TIMES)))
              : Optional.empty());
    } catch (JsonProcessingException e) {
      throw new BadInputException(
          "%s is no plan of a comparison: %s; restore it, or choose another folder"
              .formatted(where, e.getOriginalMessage()),
          e);
    }
  }

  /** What keeps two plans from becoming one, in words. */
  Optional<String> mergeDifference(ComparisonPlan other) {
    Optional<String> difference =
        record()
            .firstDifference(other.record())
            .or(() -> record().decodingDifference(other.record()));
    if (difference.isPresent()) {
      return difference;
    }
    if (settings.equal() != other.settings.equal()) {
      return Optional.of(
          "compare.equal was %s and is now %s"
              .formatted(KebabCase.of(settings.equal()), KebabCase.of(other.settings.equal())));
    }
    if (!settings.seconds().equals(other.settings.seconds())) {
      return Optional.of(
          "compare.seconds was %s and is now %s"
              .formatted(inWords(settings.seconds()), inWords(other.settings.seconds())));
    }
    return stepTimes.flatMap(times -> other.stepTimes.flatMap(others -> times.difference(others)));
  }

  private static String inWords(Optional<Double> seconds) {
    return seconds.map(String::valueOf).orElse("null");
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
    return FlatSettings.of(commonJson().toString());
  }

  private ObjectNode commonJson() {
    ObjectNode common = (ObjectNode) tree(CanonicalJson.of(base));
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
    training.recordDecoding("for training, ", data);
    test.recordDecoding("for tests, ", data);
    return new RunRecord(commonJson().toString(), data, new TreeMap<>());
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Settings are not JSON: " + json, e);
    }
  }
}
