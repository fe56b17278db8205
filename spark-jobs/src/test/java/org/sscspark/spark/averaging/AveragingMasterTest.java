package org.sscspark.spark.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.Settings;
import org.sscspark.data.Dataset;
import org.sscspark.data.EpochOrder;
import org.sscspark.data.ImageTransform;
import org.sscspark.data.Minibatch;
import org.sscspark.data.MinibatchPlan;
import org.sscspark.data.MinibatchReader;
import org.sscspark.data.Normalization;
import org.sscspark.data.TrainingBatches;
import org.sscspark.engine.EngineDescription;
import org.sscspark.engine.InputLayout;
import org.sscspark.engine.Replica;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.engine.choice.Engines;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;
import org.sscspark.spark.FlakyFileSystem;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.train.TinyData;
import org.sscspark.storage.Sha256;
import org.sscspark.training.AveragingPeriod;
import org.sscspark.training.LocalTrainer;
import org.sscspark.training.LocalTraining;
import org.sscspark.training.PhaseSeconds;
import org.sscspark.training.Recipe;
import org.sscspark.training.RoundPlan;
import org.sscspark.training.RoundResult;
import org.sscspark.training.RoundSteps;
import org.sscspark.training.Tally;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingProgress;
import org.sscspark.training.TrainingState;
import scala.reflect.ClassTag$;

@ExtendWith(LocalSpark.class)
class AveragingMasterTest {
  private static final EngineSettings ND4J = EngineSettings.named("nd4j");
  private static final FeatureShape SHAPE = new FeatureShape(3, 8, 8);
  private static final int CLASSES = 3;
  private static final int EXAMPLES = 53;
  private static final int BATCH = 4;
  private static final NetworkSpec CONVNET = ModelZoo.named("convnet", SHAPE, CLASSES, 1);

  @TempDir private static Path folder;
  private static DatasetReference data;

  @BeforeAll
  static void shard() throws IOException {
    data =
        DatasetReference.to(new Configuration(), TinyData.write(folder.resolve("data"), EXAMPLES));
  }

  private static Recipe recipe(String... overrides) {
    List<String> arguments =
        new ArrayList<>(
            List.of("train.epochs=2", "train.batch=" + BATCH, "train.learning-rate=0.05"));
    arguments.addAll(Arrays.asList(overrides));
    return Settings.load(Optional.empty(), arguments).bind("train", Recipe.class);
  }

  private static RoundPlan plan(int workers, int frequency) {
    return new RoundPlan(EXAMPLES, workers, BATCH, frequency);
  }

  private static TrainingJob job(NetworkSpec network, Recipe recipe, RoundPlan plan) {
    return new TrainingJob(network, ND4J, 1, recipe, plan, OptimizerStateMode.AVERAGE, 9, data);
  }

  private static float[] initial(NetworkSpec network) {
    return Initialization.parameters(network, FanIn.KEPT, 4);
  }

  private static TrainingState train(AveragingMaster master, NetworkSpec network, int rounds) {
    TrainingState state = master.initial(initial(network));
    for (int round = 0; round < rounds; round++) {
      state = master.round(state).state();
    }
    return state;
  }

  private static TrainingState train(
      JavaSparkContext spark, TrainingJob job, Reduction reduction, OuterStep outer, int rounds) {
    try (AveragingMaster master = new AveragingMaster(spark, job, reduction, outer)) {
      return train(master, job.network(), rounds);
    }
  }

  private static TrainingState train(JavaSparkContext spark, TrainingJob job, int rounds) {
    return train(spark, job, Reduction.AUTO, new OuterStep.Mean(), rounds);
  }

  private static void assertSameBits(TrainingState actual, TrainingState expected) {
    assertThat(actual.parameters()).isEqualTo(expected.parameters());
    assertThat(actual.optimizerState()).isEqualTo(expected.optimizerState());
    assertThat(actual.outerState()).isEqualTo(expected.outerState());
    assertThat(actual.average()).isEqualTo(expected.average());
    assertThat(actual.progress()).isEqualTo(expected.progress());
    assertThat(actual.epochTally()).isEqualTo(expected.epochTally());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void oneWorkerIsTheLocalLoopBitForBit(int kind, JavaSparkContext spark) {
    Recipe recipe = kind == 0 ? recipe() : recipe("train.ema.decay=0.9");
    RoundPlan constant = plan(1, 5);
    AveragingPeriod period =
        switch (kind) {
          case 0 -> constant.period();
          case 1 -> new AveragingPeriod.PostLocal(5, constant.stepsPerEpoch() + 2);
          default -> new AveragingPeriod.Quadratic(2, 0.09, recipe.learningRate(constant));
        };
    RoundPlan plan = constant.with(period);
    TrainingState local;
    try (Replica replica = Engines.create("nd4j", 1).replica(CONVNET, BATCH)) {
      LocalTraining loop = new LocalTraining(replica, recipe, plan, data.open());
      local = loop.run(loop.initial(initial(CONVNET), 9), new TrainingListener() {});
    }
    TrainingState averaged =
        train(spark, job(CONVNET, recipe, plan), plan.rounds(0) + plan.rounds(1));
    assertSameBits(averaged, local);
  }

  @Test
  void averagingEveryStepWithGradientDescentIsOneMachineOnTheJoinedBatch(JavaSparkContext spark) {
    NetworkSpec network = withoutBatchNorm();
    Recipe recipe =
        recipe(
            "train.optimizer.type=sgd",
            "train.augmentation.crop-padding=0",
            "train.optimizer.weight-decay=0.01");
    RoundPlan plan = plan(2, 1);
    TrainingState averaged =
        train(spark, job(network, recipe, plan), Math.toIntExact(plan.stepsPerEpoch()));
    float[] joined = onOneMachine(network, recipe, plan);
    assertThat(averaged.parameters()).containsExactly(joined, within(5e-6f));
    assertThat(joined).as("something was learned").isNotEqualTo(initial(network));
  }

  private static NetworkSpec withoutBatchNorm() {
    return new NetworkSpec(
        "plain",
        SHAPE,
        List.of(
            new Op.Convolution(
                "conv", "input", Support.dense(new WeightShape(6, 3, 3, 3)), 1, 1, true),
            new Op.Relu("relu", "conv"),
            new Op.GlobalAveragePool("pool", "relu"),
            new Op.FullyConnected(
                "classifier", "pool", Support.dense(new WeightShape(CLASSES, 6, 1, 1)), true)));
  }

  /** Each step takes the minibatches of all workers as one. */
  private static float[] onOneMachine(NetworkSpec network, Recipe recipe, RoundPlan plan) {
    Dataset dataset = data.open();
    EpochOrder order = EpochOrder.of(dataset.manifest(), 9, 0, plan.workers());
    ImageTransform transform =
        new ImageTransform(recipe.augmentation(), Normalization.of(dataset.manifest()));
    InputLayout layout = InputLayout.nchw(SHAPE, BATCH);
    float[] parameters = initial(network);
    try (Replica replica = Engines.create("nd4j", 1).replica(network, BATCH * plan.workers());
        MinibatchReader first =
            new MinibatchReader(dataset, MinibatchPlan.epoch(order, 0, BATCH), transform, layout);
        MinibatchReader second =
            new MinibatchReader(dataset, MinibatchPlan.epoch(order, 1, BATCH), transform, layout)) {
      LocalTrainer trainer = new LocalTrainer(replica, recipe, recipe.learningRate(plan));
      for (int step = 0; first.hasNext() || second.hasNext(); step++) {
        List<Minibatch> parts = new ArrayList<>();
        if (first.hasNext()) {
          parts.add(first.next());
        }
        if (second.hasNext()) {
          parts.add(second.next());
        }
        parameters =
            trainer
                .round(
                    parameters,
                    new float[0],
                    List.of(joined(parts)).iterator(),
                    RoundSteps.goingOn(step, 1))
                .parameters();
      }
    }
    return parameters;
  }

  private static Minibatch joined(List<Minibatch> parts) {
    float[] input = new float[2 * BATCH * SHAPE.size()];
    int[] labels = new int[2 * BATCH];
    int count = 0;
    for (Minibatch part : parts) {
      System.arraycopy(part.input(), 0, input, count * SHAPE.size(), part.count() * SHAPE.size());
      System.arraycopy(part.labels(), 0, labels, count, part.count());
      count += part.count();
    }
    return new Minibatch(input, labels, count);
  }

  @Test
  void collectSlicesAndRepetitionGiveTheSameBits(JavaSparkContext spark) {
    TrainingJob job = job(CONVNET, recipe("train.optimizer.type=adam"), plan(3, 2));
    OuterStep outer = new OuterStep.Nesterov(0.5, 0.9);
    TrainingState collected = train(spark, job, Reduction.COLLECT, outer, 4);
    assertSameBits(train(spark, job, Reduction.COLLECT, outer, 4), collected);
    assertSameBits(train(spark, job, Reduction.SLICES, outer, 4), collected);
  }

  @Test
  void everyExampleIsUsedOnceAnEpochAlsoWithUnevenShares(JavaSparkContext spark) {
    // 53 examples, 5 workers: shares of 10 and 11, so 3 minibatches of 4, 4, 2 or 3.
    RoundPlan plan = plan(5, 2);
    TrainingState state = train(spark, job(CONVNET, recipe(), plan), plan.rounds(0));
    assertThat(state.progress().epoch()).isEqualTo(1);
    assertThat(state.progress().examples()).isEqualTo(EXAMPLES);
  }

  @Test
  void aWorkerWithoutExamplesInARoundCountsZero(JavaSparkContext spark) {
    // 53 examples, 4 workers: shares of 13 and 14; in minibatches of 13 the last round is of two
    // workers with one example each.
    Recipe recipe = recipe("train.batch=13");
    RoundPlan plan = new RoundPlan(EXAMPLES, 4, 13, 1);
    try (AveragingMaster master =
        new AveragingMaster(
            spark, job(CONVNET, recipe, plan), Reduction.SLICES, new OuterStep.Mean())) {
      TrainingState before = train(master, CONVNET, 1);
      AveragingMaster.Round last = master.round(before);
      assertThat(last.metrics().tally().examples()).isEqualTo(1);
      assertThat(last.state().parameters()).isNotEqualTo(before.parameters());
    }
  }

  @Test
  void theOuterStepStartsFromTheMeanAndLeavesStatisticsAlone(JavaSparkContext spark) {
    TrainingJob job = job(CONVNET, recipe(), plan(2, 2));
    float[] start = initial(CONVNET);
    float[] mean = train(spark, job, 1).parameters();
    TrainingState stepped = train(spark, job, Reduction.AUTO, new OuterStep.Nesterov(0.9, 0.7), 1);
    int trainable = ParameterLayout.of(CONVNET).trainableCount();
    assertThat(stepped.outerState()).hasSize(trainable);
    for (int i = 0; i < trainable; i++) {
      float displacement = mean[i] - start[i];
      assertThat(stepped.parameters()[i])
          .isCloseTo(start[i] + 0.7f * (0.9f * displacement + displacement), within(1e-6f));
    }
    assertThat(Arrays.copyOfRange(stepped.parameters(), trainable, mean.length))
        .isEqualTo(Arrays.copyOfRange(mean, trainable, mean.length));
  }

  /**
   * Kind: what is kept between rounds and epochs. Shares are of 17 and 18 examples: their last
   * minibatches have 1 and 2, or in minibatches of 17 the first worker has none when others do.
   */
  @ParameterizedTest
  @CsvSource({"4, 2", "17, 1"})
  void roundsWithAnOuterStepAreAPlainLoopBitForBit(
      int batch, int frequency, JavaSparkContext spark) {
    Recipe recipe =
        recipe("train.batch=" + batch, "train.optimizer.type=nesterov", "train.ema.decay=0.9");
    RoundPlan plan = new RoundPlan(EXAMPLES, 3, batch, frequency);
    TrainingState averaged =
        train(
            spark,
            job(CONVNET, recipe, plan),
            Reduction.AUTO,
            new OuterStep.Nesterov(PlainLoop.MOMENTUM, PlainLoop.RATE),
            plan.rounds(0) + plan.rounds(1));
    PlainLoop loop = new PlainLoop();
    loop.train(recipe, plan, frequency);
    assertThat(averaged.parameters()).isEqualTo(loop.parameters);
    assertThat(averaged.optimizerState()).isEqualTo(loop.optimizerState);
    assertThat(averaged.outerState()).isEqualTo(loop.velocity);
    assertThat(averaged.average()).isEqualTo(loop.average);
    assertThat(averaged.progress().epoch()).isEqualTo(2);
  }

  /** Three workers one after the other on one replica; means and the outer step in double. */
  private static final class PlainLoop {
    private static final double MOMENTUM = 0.5;
    private static final double RATE = 0.9;

    private final Dataset dataset = data.open();
    private final int trainable = ParameterLayout.of(CONVNET).trainableCount();
    private final float[] parameters = initial(CONVNET);
    private final float[] optimizerState = new float[trainable];
    private final float[] velocity = new float[trainable];
    private final float[] average = initial(CONVNET);

    private void train(Recipe recipe, RoundPlan plan, int frequency) {
      try (Replica replica = Engines.create("nd4j", 1).replica(CONVNET, recipe.batch())) {
        LocalTrainer trainer = new LocalTrainer(replica, recipe, recipe.learningRate(plan));
        int iteration = 0;
        for (int epoch = 0; epoch < 2; epoch++) {
          EpochOrder order = EpochOrder.of(dataset.manifest(), 9, epoch, 3);
          int steps = order.batches(2, recipe.batch());
          for (int first = 0; first < steps; first += frequency) {
            int count = Math.min(frequency, steps - first);
            round(trainer, recipe.batch(), order, first, count, iteration);
            iteration += count;
          }
        }
      }
    }

    private void round(
        LocalTrainer trainer, int batch, EpochOrder order, int first, int steps, int iteration) {
      double[] sum = new double[parameters.length];
      double[] stateSum = new double[trainable];
      long examples = 0;
      for (int worker = 0; worker < 3; worker++) {
        int end = Math.min(first + steps, order.batches(worker, batch));
        if (first >= end) {
          continue;
        }
        MinibatchPlan minibatches = new MinibatchPlan(order, worker, batch, first, end);
        try (TrainingBatches<?> batches = trainer.trainingSet(dataset).open(minibatches)) {
          RoundResult result =
              trainer.round(
                  parameters, optimizerState, batches, RoundSteps.goingOn(iteration, end - first));
          long weight = result.tally().examples();
          Arrays.setAll(sum, i -> sum[i] + (double) result.parameters()[i] * weight);
          Arrays.setAll(stateSum, i -> stateSum[i] + (double) result.optimizerState()[i] * weight);
          examples += weight;
        }
      }
      double kept = StrictMath.pow(0.9, steps);
      for (int i = 0; i < parameters.length; i++) {
        float mean = (float) (sum[i] / examples);
        if (i < trainable) {
          double displacement = (double) mean - parameters[i];
          double faster = MOMENTUM * velocity[i] + displacement;
          parameters[i] = (float) (parameters[i] + RATE * (MOMENTUM * faster + displacement));
          velocity[i] = (float) faster;
          optimizerState[i] = (float) (stateSum[i] / examples);
        } else {
          parameters[i] = mean;
        }
        average[i] = (float) (kept * average[i] + (1 - kept) * parameters[i]);
      }
    }
  }

  @Test
  void resetStartsEveryRoundWithoutOptimizerState(JavaSparkContext spark) {
    RoundPlan plan = plan(1, 3);
    TrainingJob job =
        new TrainingJob(CONVNET, ND4J, 1, recipe(), plan, OptimizerStateMode.RESET, 9, data);
    try (AveragingMaster master =
        new AveragingMaster(spark, job, Reduction.AUTO, new OuterStep.Mean())) {
      assertThat(master.vectorBytes()).isEqualTo(4L * ParameterLayout.of(CONVNET).size());
      TrainingState one = train(master, CONVNET, 1);
      assertThat(one.optimizerState()).containsOnly(0);
      TrainingState averaged = train(spark, job(CONVNET, recipe(), plan), 1);
      assertThat(one.parameters()).isEqualTo(averaged.parameters());
      assertThat(master.round(one).state().parameters())
          .isNotEqualTo(train(spark, job(CONVNET, recipe(), plan), 2).parameters());
    }
  }

  /** Adam's first step from moments of zero is as long as the learning rate, in every round. */
  @Test
  void adamWithoutStateCorrectsForTheStepsOfItsRound(JavaSparkContext spark) {
    Recipe adam = recipe("train.optimizer.type=adam", "train.schedule.kind=constant");
    TrainingJob job =
        new TrainingJob(CONVNET, ND4J, 1, adam, plan(1, 1), OptimizerStateMode.RESET, 9, data);
    try (AveragingMaster master =
        new AveragingMaster(spark, job, Reduction.AUTO, new OuterStep.Mean())) {
      TrainingState before = train(master, CONVNET, 5);
      TrainingState after = master.round(before).state();
      double longest = 0;
      for (int i = 0; i < ParameterLayout.of(CONVNET).trainableCount(); i++) {
        longest = Math.max(longest, Math.abs(after.parameters()[i] - before.parameters()[i]));
      }
      assertThat(longest).isCloseTo(0.05, within(1e-4));
    }
  }

  @Test
  void aTaskThatFailsAtItsFirstAttemptChangesNothing(JavaSparkContext spark) {
    TrainingJob healthy = job(CONVNET, recipe(), plan(2, 3));
    Configuration flaky = new Configuration();
    flaky.set("fs.flaky.impl", FlakyFileSystem.class.getName());
    TrainingJob failing =
        new TrainingJob(
            CONVNET,
            ND4J,
            1,
            recipe(),
            plan(2, 3),
            OptimizerStateMode.AVERAGE,
            9,
            DatasetReference.to(flaky, FlakyFileSystem.uri(data.location())));
    TrainingState undisturbed = train(spark, healthy, 3);
    TrainingState retried = FlakyFileSystem.failingSecondOpen(() -> train(spark, failing, 3));
    assertThat(FlakyFileSystem.opens()).as("opens, one of which failed").isGreaterThan(2);
    assertSameBits(retried, undisturbed);
  }

  /** What was broadcast and cannot be fetched; Scala declares no exceptions. */
  private static final class Unreachable extends Broadcast<byte[]> {
    private static final long serialVersionUID = 1L;

    Unreachable() {
      super(0, ClassTag$.MODULE$.apply(byte[].class));
    }

    @Override
    public byte[] getValue() {
      throw Unreachable.<RuntimeException>undeclared(new IOException("Failed to get broadcast_0"));
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Exception> E undeclared(Exception e) throws E {
      throw (E) e;
    }

    @Override
    public void doUnpersist(boolean blocking) {}

    @Override
    public void doDestroy(boolean blocking) {}
  }

  /** Kind: memory outside of the heap, of a worker that nobody has after a failure. */
  @Test
  void aStateThatCannotBeFetchedCostsNoWorker(JavaSparkContext spark) {
    TrainingJob job = job(CONVNET, recipe(), plan(1, 3));
    train(spark, job, 1);
    int idle = RoundTask.idleWorkers();
    assertThat(idle).isPositive();
    byte[] bytes = JavaBytes.of(job);
    String key = Sha256.of(bytes);
    RoundTask task =
        new RoundTask(
            new OpenJobs.Jobs(key, List.of(key), 2),
            spark.broadcast(bytes),
            new Unreachable(),
            TrainingProgress.START);
    assertThatThrownBy(() -> task.contribution(0))
        .isInstanceOf(IOException.class)
        .hasMessage("Failed to get broadcast_0");
    assertThat(RoundTask.idleWorkers()).isEqualTo(idle);
  }

  @Test
  void nothingGrowsWithRounds(JavaSparkContext spark) throws InterruptedException {
    NetworkSpec wide = ModelZoo.named("convnet", SHAPE, CLASSES, 4);
    TrainingJob job = job(wide, recipe(), plan(2, 1));
    try (AveragingMaster master =
        new AveragingMaster(spark, job, Reduction.COLLECT, new OuterStep.Mean())) {
      TrainingState state = train(master, wide, 2);
      long before = usedBytes(spark);
      for (int round = 0; round < 20; round++) {
        state = master.round(state).state();
      }
      // Spark takes back what is not needed any more in the background.
      long most = before + 2 * master.vectorBytes();
      for (int wait = 0; wait < 600 && usedBytes(spark) >= most; wait++) {
        Thread.sleep(100);
      }
      assertThat(usedBytes(spark) - before)
          .as("bytes of blocks after 20 rounds of vectors of " + master.vectorBytes())
          .isLessThan(2 * master.vectorBytes());
      assertThat(RoundTask.idleWorkers()).isBetween(1, 2);
    }
  }

  private static long usedBytes(JavaSparkContext spark) {
    return scala.collection.JavaConverters.mapAsJavaMap(spark.sc().getExecutorMemoryStatus())
        .values()
        .stream()
        .mapToLong(maxAndFree -> (long) maxAndFree._1() - (long) maxAndFree._2())
        .sum();
  }

  /** Kind: a check that nobody asks. */
  @Test
  void aRoundOfExecutorsThatComputeDifferentlyIsRefused() {
    EngineDescription wide = new EngineDescription("lane", 16, 1, "AVX-512", "16 lanes");
    EngineDescription alike =
        new EngineDescription("lane", 16, 2, "AVX-512, other options", "16 lanes");
    EngineDescription narrow = new EngineDescription("lane", 8, 1, "AVX2", "8 lanes");
    List<WorkerReport.Trained> mixed =
        List.of(
            new WorkerReport.Trained(Tally.NONE, 0, PhaseSeconds.NONE, wide, "", 0),
            new WorkerReport.Trained(Tally.NONE, 0, PhaseSeconds.NONE, alike, "", 0),
            new WorkerReport.Trained(Tally.NONE, 0, PhaseSeconds.NONE, narrow, "", 0));
    RoundArithmetic arithmetic =
        new RoundArithmetic(job(CONVNET, recipe(), plan(3, 2)), new OuterStep.Mean());
    TrainingState start = arithmetic.initial(initial(CONVNET));
    float[] mean = new float[arithmetic.vectorLength()];
    RoundClock clock = new RoundClock();
    assertThat(arithmetic.end(start, mean, mixed.subList(0, 2), clock).engine()).isEqualTo(wide);
    assertThatThrownBy(() -> arithmetic.end(start, mean, mixed, clock))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Executors run different engines: worker 0")
        .hasMessageContaining("worker 2")
        .hasMessageContaining("AVX2");
  }
}
