package org.sscspark.spark.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
 */
public record ComparisonPlan(
    Experiment base, ComparisonSettings settings, ImageSet training, ImageSet test) {
  private static final int VERSION = 1;
  private static final JsonMapper JSON = new JsonMapper();

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
    ComparisonPlan plan =
        new ComparisonPlan(
            base.withWorkers(workers.orElse(inTask ? 1 : slots)), settings, training, test);
    // Settings that do not go with a method are told now, not when its trial begins.
    List<Trial> unused = plan.trials();
    return plan;
  }

  /** One row of the comparison's table. */
  public record CellKey(Method method, double density) {
    /** What to call it. */
    public String name() {
      return method.equals(Method.DENSE) ? "dense" : method.name() + "-" + density;
    }
  }

  /** The rows of the table: dense once, every other method at each density. */
  public List<CellKey> cells() {
    List<CellKey> cells = new ArrayList<>();
    if (settings.methods().contains(Method.DENSE)) {
      cells.add(new CellKey(Method.DENSE, 1));
    }
    for (double density : settings.densities()) {
      for (Method method : settings.methods()) {
        if (!method.equals(Method.DENSE)) {
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
    return settings.seeds().stream()
        .map(seed -> new Trial(alias + "-s" + seed, experiment(cell, macs, seed), training, test))
        .toList();
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

  /** All trials, those with the most weights first, so that no long one is left for the end. */
  public List<Trial> longestFirst() {
    return trials().stream()
        .sorted(Comparator.comparingDouble(trial -> -weights(trial.experiment())))
        .toList();
  }

  /** The share of weights that an epoch trains, on average. */
  private static double weights(Experiment experiment) {
    double dense = (double) experiment.denseEpochs() / experiment.train().epochs();
    return dense + (1 - dense) * experiment.density();
  }

  private Experiment experiment(CellKey cell, Optional<Long> macs, long seed) {
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
        base.train(),
        base.averaging(),
        base.checkpoint());
  }

  /** Settings that could change nothing are not among those of a trial. */
  private PruningSettings pruning(Method method) {
    if (!method.scores()) {
      return PruningSettings.defaults();
    }
    return method.denseShare() > 0 ? base.pruning() : base.pruning().withoutDenseShare();
  }

  /** The plan as JSON. */
  String toJson() {
    ObjectNode json = JSON.createObjectNode().put("format", VERSION);
    json.set("experiment", tree(CanonicalJson.of(base)));
    json.set("compare", tree(CanonicalJson.of(settings)));
    json.set("training", JSON.valueToTree(training));
    json.set("test", JSON.valueToTree(test));
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
          JSON.treeToValue(json.path("test"), ImageSet.class));
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
    return difference.isPresent() || settings.equal() == other.settings.equal()
        ? difference
        : Optional.of(
            "compare.equal was %s and is now %s"
                .formatted(KebabCase.of(settings.equal()), KebabCase.of(other.settings.equal())));
  }

  /** The plan with the methods, densities and seeds of another as well. */
  ComparisonPlan plus(ComparisonPlan other) {
    return new ComparisonPlan(base, settings.plus(other.settings), training, test);
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
