package org.sscspark.spark.dl4j;

import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.TrainingResult;
import org.deeplearning4j.spark.api.TrainingWorker;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.dataformat.yaml.YAMLFactory;
import org.sscspark.config.BadInputException;
import org.sscspark.spark.averaging.OptimizerStateMode;
import org.sscspark.spark.averaging.Reduction;

/**
 * Parameter averaging for any network of DL4J's on its Spark wrappers, with or without sparse
 * layers; sparse ones travel packed. Each partition of the RDD is one worker, each of its elements
 * one minibatch unless a {@link Builder#batchSizePerWorker} is set, and all of them are used, in
 * the partition's order. The mean is weighted by examples and summed in worker order, so the same
 * RDD gives the same bits. The RDD must give the same elements in the same order each time it is
 * computed; it is kept by Spark during a fit.
 *
 * <p>Listeners run on the driver, once a round and at the start and end of each epoch; those that
 * route records, such as DL4J's StatsListener, run beside the workers. docs/dl4j.md says what
 * differs from DL4J's own master.
 */
public final class SparseAveragingMaster
    implements TrainingMaster<TrainingResult, TrainingWorker<TrainingResult>> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private MasterSettings settings;
  private MasterTimes times;
  private List<TrainingListener> listeners = List.of();
  private StatsStorageRouter router;

  /**
   * Makes a master for RDDs whose elements are minibatches.
   *
   * @param frequency minibatches of a worker between two averagings
   * @param updaterState what happens to the updaters' state at an averaging
   * @param seed of dropout and other noise in layers; it does not order minibatches
   */
  public SparseAveragingMaster(
      int frequency, Reduction reduction, OptimizerStateMode updaterState, long seed) {
    this(new MasterSettings(frequency, OptionalInt.empty(), reduction, updaterState, seed, false));
  }

  private SparseAveragingMaster(MasterSettings settings) {
    this.settings = settings;
    setCollectTrainingStats(settings.timed());
  }

  /**
   * A master of these settings.
   *
   * @param json from {@link #toJson}
   * @throws BadInputException if it is not
   */
  public static SparseAveragingMaster fromJson(String json) {
    return new SparseAveragingMaster(MasterSettings.read(JSON, json));
  }

  /**
   * A master of these settings.
   *
   * @param yaml from {@link #toYaml}
   * @throws BadInputException if it is not
   */
  public static SparseAveragingMaster fromYaml(String yaml) {
    return new SparseAveragingMaster(MasterSettings.read(YAML, yaml));
  }

  @Override
  public String toJson() {
    return settings.write(JSON);
  }

  @Override
  public String toYaml() {
    return settings.write(YAML);
  }

  @Override
  public void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> minibatches) {
    train(FittedNetwork.of(graph), minibatches, DataSet::toMultiDataSet);
  }

  @Override
  public void executeTrainingMDS(SparkComputationGraph graph, JavaRDD<MultiDataSet> minibatches) {
    train(FittedNetwork.of(graph), minibatches, minibatch -> minibatch);
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> minibatches) {
    train(FittedNetwork.of(network), minibatches, DataSet::toMultiDataSet);
  }

  @Override
  public void executeTrainingPaths(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<String> paths,
      DataSetLoader loader,
      MultiDataSetLoader multiLoader) {
    FittedNetwork fitted = network != null ? FittedNetwork.of(network) : FittedNetwork.of(graph);
    Configuration hadoop = fitted.spark().hadoopConfiguration();
    train(
        fitted,
        paths,
        loader != null
            ? PathLoader.ofDataSets(hadoop, loader)
            : PathLoader.ofMultiDataSets(hadoop, multiLoader));
  }

  private <T> void train(FittedNetwork network, JavaRDD<T> source, Function<T, MultiDataSet> load) {
    new AveragedFit(
            network,
            settings,
            new DriverListeners(listeners),
            new RecordingListeners(listeners, router),
            times)
        .train(source, load);
  }

  @Override
  public void setListeners(Collection<TrainingListener> replacements) {
    setListeners(null, replacements);
  }

  @Override
  public void setListeners(StatsStorageRouter storage, Collection<TrainingListener> replacements) {
    router = storage;
    listeners = replacements == null ? List.of() : List.copyOf(replacements);
  }

  @Override
  public void setCollectTrainingStats(boolean collect) {
    settings = settings.timed(collect);
    times = collect ? times == null ? new MasterTimes() : times : null;
  }

  @Override
  public boolean getIsCollectTrainingStats() {
    return settings.timed();
  }

  /** The statistics so far, or null if none are collected. */
  @Override
  public SparkTrainingStats getTrainingStats() {
    return times == null ? null : times.statistics();
  }

  /** There are no temporary files. */
  @Override
  public boolean deleteTempFiles(JavaSparkContext spark) {
    return true;
  }

  /** There are no temporary files. */
  @Override
  public boolean deleteTempFiles(SparkContext spark) {
    return true;
  }

  @Override
  public void addHook(TrainingHook hook) {
    throw new UnsupportedOperationException(
        "Hooks are not run: sparse layers need none to keep their zeros, and for other uses set a"
            + " TrainingListener on the Spark network");
  }

  @Override
  public void removeHook(TrainingHook hook) {
    throw new UnsupportedOperationException("Hooks are not run, so there is none to remove");
  }

  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkDl4jMultiLayer network) {
    throw noWorkers();
  }

  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkComputationGraph graph) {
    throw noWorkers();
  }

  private static UnsupportedOperationException noWorkers() {
    return new UnsupportedOperationException(
        "Workers are tasks of this master's own: call fit on the Spark network");
  }

  /**
   * Builds a master, with the names of DL4J's own builder where both mean the same: averaging each
   * 5 minibatches, elements of RDDs as minibatches, updater state averaged, seed 0.
   */
  public static final class Builder {
    private int frequency = 5;
    private OptionalInt batch = OptionalInt.empty();
    private Reduction reduction = Reduction.AUTO;
    private OptimizerStateMode updaterState = OptimizerStateMode.AVERAGE;
    private long seed;

    /** Minibatches of a worker between two averagings. */
    public Builder averagingFrequency(int minibatches) {
      this.frequency = minibatches;
      return this;
    }

    /**
     * Joins or divides a partition's elements into minibatches of so many examples, of which the
     * last may have fewer.
     */
    public Builder batchSizePerWorker(int examples) {
      this.batch = OptionalInt.of(examples);
      return this;
    }

    /** How the workers' vectors become one. */
    public Builder reduction(Reduction choice) {
      this.reduction = choice;
      return this;
    }

    /** What happens to the updaters' state at an averaging. */
    public Builder updaterState(OptimizerStateMode mode) {
      this.updaterState = mode;
      return this;
    }

    /** The seed of dropout and other noise in layers; it does not order minibatches. */
    public Builder rngSeed(long noise) {
      this.seed = noise;
      return this;
    }

    /**
     * Makes the master.
     *
     * @throws IllegalArgumentException if a number is not positive
     */
    public SparseAveragingMaster build() {
      return new SparseAveragingMaster(
          new MasterSettings(frequency, batch, reduction, updaterState, seed, false));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SparseAveragingMaster master && settings.equals(master.settings);
  }

  @Override
  public int hashCode() {
    return settings.hashCode();
  }

  @Override
  public String toString() {
    return "SparseAveragingMaster(" + settings + ")";
  }
}
