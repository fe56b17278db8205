package org.sscspark.spark.train;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.engine.choice.Engines;
import org.sscspark.engine.cuda.CudaEngine;
import org.sscspark.network.NetworkSpec;
import org.sscspark.pruning.GradientSources;
import org.sscspark.spark.averaging.AveragingMaster;
import org.sscspark.spark.averaging.AveragingSettings;
import org.sscspark.spark.averaging.ExecutorLanes;
import org.sscspark.spark.averaging.ExecutorMemory;
import org.sscspark.spark.averaging.LocalMaster;
import org.sscspark.spark.averaging.RoundMaster;
import org.sscspark.spark.averaging.TaskSlots;
import org.sscspark.spark.averaging.TrainingJob;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.evaluate.AnsweringMemory;
import org.sscspark.spark.evaluate.DistributedEvaluation;
import org.sscspark.spark.gpu.GpuStage;
import org.sscspark.spark.prune.ClusterGradients;
import org.sscspark.spark.watch.RunListener;
import org.sscspark.spark.watch.SparkMetrics;
import org.sscspark.training.Evaluation;

/** Where a run is computed. The bits do not depend on it. */
sealed interface Place {
  /** Threads of one replica. */
  int threads();

  /** The lanes that all machines have which compute. */
  int narrowestLanes();

  /** Whether the run takes its folder's lease; in a task, whoever plans the tasks holds one. */
  boolean takesLease();

  /** The workers of a run that does not say how many. */
  int workers();

  /**
   * Holds that there is memory for a run.
   *
   * @throws org.sscspark.config.BadInputException if there is too little
   */
  void requireMemory(TrainPlan plan);

  /** What computes here by these settings. */
  Computing engines(EngineSettings settings);

  /**
   * What computes.
   *
   * @param workers the engine of workers
   * @param evaluation that of evaluations
   * @param threads of a worker
   */
  record Computing(String workers, String evaluation, int threads) {}

  /** Where scores get their gradients. */
  GradientSources gradients(DatasetReference training);

  /** What computes the rounds. */
  RoundMaster master(TrainingJob job, AveragingSettings averaging);

  /** A run begins. */
  void begin(String run);

  /** The run has ended. */
  void end();

  /** Who is told of every run here. */
  List<RunListener> watchers();

  /** Evaluates a network. */
  Evaluation evaluate(DistributedEvaluation evaluation, NetworkSpec network, float[] parameters);

  /** All executors of a cluster. */
  record Cluster(JavaSparkContext spark) implements Place {
    @Override
    public boolean takesLease() {
      return true;
    }

    @Override
    public int threads() {
      return spark.sc().conf().getInt("spark.task.cpus", 1);
    }

    @Override
    public int narrowestLanes() {
      return ExecutorLanes.narrowest(spark);
    }

    @Override
    public int workers() {
      return TaskSlots.workers(spark);
    }

    @Override
    public void requireMemory(TrainPlan plan) {
      ExecutorMemory.requireOfDriver("Averaging " + plan.model(), plan.driverBytes());
      GpuStage gpus = GpuStage.of(spark.getConf());
      int slots = TaskSlots.ofExecutor(spark);
      int withGpu = Math.min(slots, gpus.gpusOfExecutor());
      long workers = gpus.gpusOfExecutor() == 0 ? slots : withGpu;
      long evaluators = gpus.inEveryTask() ? withGpu : slots;
      ExecutorMemory.require(
          spark,
          "Training %s in minibatches of %s".formatted(plan.model(), plan.batch()),
          plan.vectorBytes()
              + workers * plan.replica().heap()
              + evaluators * plan.evaluation().heap(),
          0,
          plan.replica().outside() + plan.evaluation().outside());
    }

    @Override
    public Computing engines(EngineSettings settings) {
      boolean onGpu = GpuStage.of(spark.getConf()).gpusOfExecutor() > 0;
      return new Computing(
          settings.name().equals(Engines.AUTO) && onGpu ? CudaEngine.NAME : settings.name(),
          AnsweringMemory.engine(spark, settings),
          threads());
    }

    @Override
    public GradientSources gradients(DatasetReference training) {
      return ClusterGradients.of(spark, training);
    }

    @Override
    public RoundMaster master(TrainingJob job, AveragingSettings averaging) {
      return new AveragingMaster(spark, job, averaging.reduce(), averaging.outer().outerStep());
    }

    /** Spark's web page shows a run's jobs as one group. */
    @Override
    public void begin(String run) {
      spark.setJobGroup(run, run, /* interruptOnCancel= */ false);
    }

    @Override
    public void end() {
      spark.clearJobGroup();
    }

    @Override
    public List<RunListener> watchers() {
      return List.of(new SparkMetrics());
    }

    @Override
    public Evaluation evaluate(
        DistributedEvaluation evaluation, NetworkSpec network, float[] parameters) {
      spark.setJobDescription("evaluation");
      try {
        return evaluation.evaluate(spark, network, parameters);
      } finally {
        spark.setJobDescription(null);
      }
    }
  }

  /**
   * The thread that asks, with one worker.
   *
   * @param threads of its replica
   * @param narrowestLanes of the machines that compute such runs side by side
   */
  record OneThread(int threads, int narrowestLanes) implements Place {
    @Override
    public boolean takesLease() {
      return false;
    }

    @Override
    public int workers() {
      return 1;
    }

    /** The task has what Spark gave its executor, and others beside it. */
    @Override
    public void requireMemory(TrainPlan plan) {}

    @Override
    public Computing engines(EngineSettings settings) {
      return new Computing(settings.name(), settings.name(), threads());
    }

    @Override
    public GradientSources gradients(DatasetReference training) {
      return GradientSources.local(training.open());
    }

    @Override
    public RoundMaster master(TrainingJob job, AveragingSettings averaging) {
      return new LocalMaster(job, averaging.outer().outerStep());
    }

    @Override
    public void begin(String run) {}

    @Override
    public void end() {}

    /** Executors compute several runs at a time, which would have one name in their metrics. */
    @Override
    public List<RunListener> watchers() {
      return List.of();
    }

    @Override
    public Evaluation evaluate(
        DistributedEvaluation evaluation, NetworkSpec network, float[] parameters) {
      return evaluation.evaluate(network, parameters, threads);
    }
  }
}
