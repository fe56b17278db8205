package org.sscspark.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.checkpoint.CheckpointStore;
import org.sscspark.checkpoint.LogCapture;
import org.sscspark.config.BadInputException;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Segment;
import org.sscspark.pruning.DesignedNetwork;
import org.sscspark.pruning.GradientSources;
import org.sscspark.report.Progress;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.evaluate.CheckpointChoice;
import org.sscspark.spark.evaluate.CheckpointSearch;
import org.sscspark.spark.evaluate.FoundCheckpoint;
import org.sscspark.spark.evaluate.ParameterChoice;
import org.sscspark.spark.evaluate.SavedModel;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.Tally;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingProgress;
import org.sscspark.training.TrainingState;

/** A run of two phases: dense, then with the largest weights. */
@ExtendWith(LocalSpark.class)
class PruneAndFineTuneTest {
  /** 53 examples, 2 workers, minibatches of 4, 2 a round. */
  private static final int ROUNDS_AN_EPOCH = 4;

  @TempDir private static Path shared;
  private static URI data;
  private static URI test;

  @TempDir private Path folder;

  @BeforeAll
  static void shard() throws IOException {
    data = TinyData.write(shared.resolve("train"), 53);
    test = TinyData.write(shared.resolve("test"), 20);
  }

  private static TrainJob job(JavaSparkContext spark, String... settings) {
    return new TrainJob(spark, Experiments.tiny(settings), data, Optional.of(test));
  }

  /** The states after each round. */
  private static final class Rounds implements TrainingListener {
    private final Map<Long, TrainingState> states = new HashMap<>();

    @Override
    public void onRound(RoundMetrics metrics, TrainingState state) {
      states.put(metrics.globalRound(), state);
    }
  }

  private Rounds run(JavaSparkContext spark, String name, String... settings) throws IOException {
    Rounds rounds = new Rounds();
    job(spark, settings).run(folder.resolve(name).toUri(), Progress.SILENT, rounds);
    return rounds;
  }

  private CheckpointStore checkpoints(String name) throws IOException {
    return SavedRuns.checkpoints(folder.resolve(name));
  }

  private SavedModel newest(String name) throws IOException {
    return SavedRuns.newest(folder.resolve(name));
  }

  @Test
  void theFirstPhaseIsTheDenseRunAndTheLargestOfItsWeightsGoOn(JavaSparkContext spark)
      throws IOException {
    Rounds dense = run(spark, "dense", "method=dense");
    Rounds tuned = run(spark, "tuned", "method=fine-tune", "density=0.2");
    for (long round = 1; round <= ROUNDS_AN_EPOCH; round++) {
      assertThat(tuned.states.get(round).parameters())
          .isEqualTo(dense.states.get(round).parameters());
    }

    float[] trained = dense.states.get((long) ROUNDS_AN_EPOCH).parameters();
    NetworkSpec all = newest("dense").network();
    NetworkSpec kept = newest("tuned").network();
    ParameterLayout before = ParameterLayout.of(all);
    ParameterLayout after = ParameterLayout.of(kept);
    double[] sizes = new double[before.weightCount()];
    Arrays.setAll(sizes, i -> Math.abs(trained[i]));
    Arrays.sort(sizes);
    double smallest = sizes[sizes.length - after.weightCount()];
    assertThat(after.weightCount()).isEqualTo((int) (0.2 * before.weightCount()));
    for (Op.Weighted op : all.weighted()) {
      Segment old = before.segment(op.name(), ParameterLayout.Role.WEIGHT);
      for (int i = 0; i < old.length(); i++) {
        boolean stays =
            after.support(op.name()).positions().get(before.support(op.name()).denseIndex(i));
        assertThat(stays).isEqualTo(Math.abs(trained[old.offset() + i]) >= smallest);
      }
    }
    assertThat(Files.readString(folder.resolve("tuned/pruning.json"))).contains("fine-tune");
  }

  /**
   * Kind: an optimizer's memory of weights that were thrown away moves those drawn in their place.
   */
  @Test
  void weightsThatAreDrawnAnewHaveNoMemory() {
    for (boolean redraws : new boolean[] {true, false}) {
      Experiment experiment =
          Experiments.tiny(
              "method=fine-tune",
              "density=0.2",
              "train.optimizer.type=adam",
              "pruning.transform=" + (redraws ? "reinitialize" : "none"));
      NetworkSpec dense = experiment.design().dense(new FeatureShape(3, 8, 8), 2);
      DensePhase phase = DensePhase.of(experiment, dense).orElseThrow();
      float[] parameters = phase.start().initialParameters();
      int trainable = ParameterLayout.of(dense).trainableCount();
      TrainingState last =
          new TrainingState(
              1,
              TrainingProgress.START,
              Tally.NONE,
              Optional.empty(),
              parameters,
              ones(2 * trainable),
              ones(trainable),
              new float[0]);
      DesignedNetwork chosen = phase.chosen(last, experiment.engine(), GradientSources.NONE);
      TrainingState pruned = phase.pruned(last, chosen);
      ParameterLayout after = ParameterLayout.of(chosen.network());
      float[] expected = ones(after.trainableCount());
      if (redraws) {
        Arrays.fill(expected, 0, after.weightCount(), 0);
      }
      assertThat(pruned.outerState()).isEqualTo(expected);
      assertThat(pruned.optimizerState())
          .hasSize(2 * expected.length)
          .startsWith(expected)
          .endsWith(expected);
    }
  }

  private static float[] ones(int length) {
    float[] ones = new float[length];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** The best of a run is one of the network that it is for. */
  @Test
  void evaluationsBeforePruningDoNotCount(JavaSparkContext spark) throws IOException {
    run(spark, "tuned", "method=fine-tune", "train.epochs=3", "pruning.dense-share=0.7");
    CheckpointStore store = checkpoints("tuned");
    assertThat(store.best().orElseThrow().round()).isEqualTo(3 * ROUNDS_AN_EPOCH);
    assertThat(newest("tuned").state().best().orElseThrow().globalRound())
        .isEqualTo(3 * ROUNDS_AN_EPOCH);
    assertThat(store.list())
        .filteredOn(one -> one.round() <= 2 * ROUNDS_AN_EPOCH)
        .allMatch(one -> one.score().isEmpty());
  }

  /** Kind: the network before pruning is taken for the run's. */
  @Test
  void theAverageOfBeforePruningIsNotTheBestHoweverGood(JavaSparkContext spark) throws IOException {
    run(
        spark,
        "tuned",
        "method=fine-tune",
        "train.ema.decay=0.9",
        "train.epochs=3",
        "checkpoint.every-rounds=4",
        "checkpoint.keep=9");
    Path metrics = folder.resolve("tuned/metrics");
    String dense = Files.readString(metrics.resolve("epoch-0002.jsonl"));
    Files.writeString(
        metrics.resolve("epoch-0002.jsonl"),
        dense.replaceFirst("(\"averageEvaluation\":.*\"accuracy\":)[0-9.E-]+", "$11.0"));
    assertThat(Files.readString(metrics.resolve("epoch-0002.jsonl"))).isNotEqualTo(dense);
    assertThat(checkpoints("tuned").list()).hasSize(3);
    try (LogCapture log = new LogCapture(CheckpointSearch.class)) {
      FoundCheckpoint best =
          new CheckpointSearch(new Configuration(), CheckpointChoice.BEST, ParameterChoice.AVERAGE)
              .find(folder.resolve("tuned").toUri())
              .found()
              .get(0);
      assertThat(best.checkpoint().round()).isEqualTo(3 * ROUNDS_AN_EPOCH);
      assertThat(log.warnings()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, -4, 5, 7})
  void aRunKilledInEitherPhaseOrBetweenEndsInTheSameBits(int round, JavaSparkContext spark)
      throws IOException {
    String[] settings = {
      "method=fine-tune",
      "train.optimizer.type=adam",
      "train.learning-rate=0.01",
      "averaging.outer.step=nesterov",
      "train.ema.decay=0.9"
    };
    run(spark, "whole", settings);
    URI broken = folder.resolve("broken").toUri();
    assertThatThrownBy(
            () ->
                job(spark, settings)
                    .run(broken, Progress.SILENT, new Kill(Math.abs(round), round < 0)))
        .hasMessage("killed");
    run(spark, "broken", settings);
    SavedModel whole = newest("whole");
    SavedRuns.assertSameBits(folder.resolve("broken"), folder.resolve("whole"));
    assertThat(whole.state().optimizerState())
        .hasSize(2 * ParameterLayout.of(whole.network()).trainableCount());
  }

  @Test
  void aPauseInTheDensePhaseEndsNothing(JavaSparkContext spark) throws IOException {
    String[] settings = {"method=fine-tune", "train.epochs=3", "pruning.dense-share=0.7"};
    run(spark, "whole", settings);
    TrainOutcome paused =
        job(spark, settings[0], settings[1], settings[2], "train.stop-after=1")
            .run(folder.resolve("paused").toUri(), Progress.SILENT, new Rounds());
    assertThat(paused.toText()).contains(", test accuracy ").doesNotContain("best");
    assertThat(folder.resolve("paused/result.json")).doesNotExist();
    assertThat(ParameterLayout.of(newest("paused").network()).weightCount())
        .isGreaterThan(ParameterLayout.of(newest("whole").network()).weightCount());
    run(spark, "paused", settings);
    SavedRuns.assertSameBits(folder.resolve("paused"), folder.resolve("whole"));
  }

  @Test
  void thePlanSaysBothPhasesAndWhatDoesNotGoTogetherIsNamed(JavaSparkContext spark)
      throws IOException {
    URI out = folder.resolve("none").toUri();
    assertThat(job(spark, "method=fine-tune", "density=0.2").plan(out).toText())
        .contains("all weights for the first 1 of 2 epochs; then fine-tune keeps 20.00 %");
    refused(
        spark, "would train all weights for 1 of 1 epochs", "method=fine-tune", "train.epochs=1");
    refused(
        spark,
        "would train all weights for 0 of 2 epochs",
        "method=fine-tune",
        "pruning.dense-share=0.1");
    refused(spark, "pruning.dense-share is 1.0", "pruning.dense-share=1");
    refused(spark, "snip scores initial ones", "method=snip", "pruning.dense-share=0.5");
    refused(
        spark, "does not go with method = fine-tune", "method=fine-tune", "from=\"file:/nowhere\"");
  }

  private static void refused(JavaSparkContext spark, String message, String... settings) {
    assertThatThrownBy(() -> job(spark, settings))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message);
  }
}
