package org.sscspark.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.checkpoint.Checkpoint;
import org.sscspark.checkpoint.CheckpointStore;
import org.sscspark.config.BadInputException;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pruning.GradientSources;
import org.sscspark.pruning.Regrowth;
import org.sscspark.pruning.WeightMask;
import org.sscspark.report.Progress;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.averaging.RoundMaster;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.evaluate.SavedModel;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingProgress;
import org.sscspark.training.TrainingState;

/** Runs whose supports move: SET's and RigL's. */
@ExtendWith(LocalSpark.class)
class MovingSupportTest {
  /**
   * 53 examples, 2 workers, minibatches of 4, 2 a round: 4 rounds an epoch; moves after 2 and 4.
   */
  private static final List<String> SETTINGS =
      List.of(
          "density=0.3",
          "pruning.regrow-rounds=2",
          "pruning.chunk=8",
          "pruning.batches=2",
          "checkpoint.every-rounds=1",
          "checkpoint.keep=20");

  @TempDir private static Path shared;
  private static URI data;
  private static URI test;

  @TempDir private Path folder;

  @BeforeAll
  static void shard() throws IOException {
    data = TinyData.write(shared.resolve("train"), 53);
    test = TinyData.write(shared.resolve("test"), 20);
  }

  private static Experiment experiment(String... settings) {
    List<String> all = new ArrayList<>(SETTINGS);
    all.addAll(Arrays.asList(settings));
    return Experiments.tiny(all.toArray(String[]::new));
  }

  private static TrainJob job(JavaSparkContext spark, String... settings) {
    return new TrainJob(spark, experiment(settings), data, Optional.of(test));
  }

  private URI out(String name) {
    return folder.resolve(name).toUri();
  }

  private static final TrainingListener NOBODY = new TrainingListener() {};

  private List<SavedModel> saved(String name) throws IOException {
    CheckpointStore store = SavedRuns.checkpoints(folder.resolve(name));
    List<SavedModel> models = new ArrayList<>();
    for (Checkpoint checkpoint : store.list()) {
      models.add(SavedModel.read(store, checkpoint));
    }
    return models;
  }

  private SavedModel newest(String name) throws IOException {
    return SavedRuns.newest(folder.resolve(name));
  }

  private static NetworkSpec dense() {
    DatasetReference set = DatasetReference.to(new Configuration(), data);
    return experiment("method=set").design().dense(set.manifest().shape(), 3);
  }

  /** Which weights go is told by what the checkpoint before holds, by sorting it. */
  @ParameterizedTest
  @ValueSource(strings = {"set", "rigl"})
  void theSmallestOfTheAveragedWeightsGo(String method, JavaSparkContext spark) throws IOException {
    job(spark, "method=" + method).run(out("run"), Progress.SILENT, NOBODY);
    List<SavedModel> models = saved("run");
    assertThat(models).hasSize(8);
    for (int round = 1; round < 8; round++) {
      SavedModel before = models.get(round - 1);
      SavedModel after = models.get(round);
      // Iterations 4 and 8 of 14 are before three quarters of the run, 12 is not.
      boolean moves = round == 2 || round == 4;
      assertThat(after.network().equals(before.network())).isEqualTo(!moves);
      if (moves) {
        double share = method.equals("set") ? 0.3 : cosine(before.state().progress().iteration());
        assertMoved(before, WeightMask.of(dense(), after.network()), share);
      }
    }
  }

  private static double cosine(long iteration) {
    return 0.15 * (1 + Math.cos(Math.PI * iteration / 14.0 / 0.75));
  }

  private static void assertMoved(SavedModel before, WeightMask after, double share) {
    NetworkSpec dense = dense();
    WeightMask kept = WeightMask.of(dense, before.network());
    float[] spread = spread(dense, before);
    for (int layer = 0; layer < kept.layers(); layer++) {
      List<Float> sizes = new ArrayList<>();
      for (int i = kept.offset(layer); i < kept.offset(layer + 1); i++) {
        if (kept.keeps(i)) {
          sizes.add(Math.abs(spread[i]));
        }
      }
      sizes.sort(Collections.reverseOrder());
      int stay = sizes.size() - (int) (share * sizes.size());
      assertThat(after.count(layer)).isEqualTo(sizes.size());
      for (int i = kept.offset(layer); i < kept.offset(layer + 1); i++) {
        if (kept.keeps(i) && Math.abs(spread[i]) >= sizes.get(stay - 1)) {
          assertThat(after.keeps(i)).isTrue();
        }
      }
    }
  }

  private static float[] spread(NetworkSpec dense, SavedModel model) {
    ParameterLayout whole = ParameterLayout.of(dense);
    ParameterLayout layout = ParameterLayout.of(model.network());
    float[] spread = new float[whole.size()];
    whole
        .segments()
        .forEach(segment -> whole.copy(segment, layout, model.state().parameters(), spread));
    return spread;
  }

  @Test
  void riglGrowsWhereTheSlopeOfOneMinibatchIsLargest(JavaSparkContext spark) throws IOException {
    job(spark, "method=rigl").run(out("run"), Progress.SILENT, NOBODY);
    SavedModel before = saved("run").get(1);
    WeightMask kept = WeightMask.of(dense(), before.network());
    WeightMask after = WeightMask.of(dense(), saved("run").get(2).network());
    GradientSources here =
        GradientSources.local(DatasetReference.to(new Configuration(), data).open());
    double[] slopes =
        experiment("method=rigl")
            .design()
            .slopes(dense(), spread(dense(), before), kept, /* draw= */ 1, here);
    for (int layer = 0; layer < kept.layers(); layer++) {
      double least = Double.POSITIVE_INFINITY;
      double most = 0;
      for (int i = kept.offset(layer); i < kept.offset(layer + 1); i++) {
        if (after.keeps(i) && !kept.keeps(i)) {
          least = Math.min(least, slopes[i]);
        } else if (!after.keeps(i)) {
          most = Math.max(most, slopes[i]);
        }
      }
      assertThat(least).isGreaterThanOrEqualTo(most);
    }
  }

  /** New weights are zero, and nothing is remembered of them. */
  @Test
  void whatIsRememberedMovesAlong() {
    Experiment experiment = experiment("method=set", "train.optimizer.type=adam");
    NetworkSpec dense = dense();
    NetworkSpec first =
        experiment.designed(dense.input(), dense.classes(), GradientSources.NONE).network();
    ParameterLayout layout = ParameterLayout.of(first);
    int trainable = layout.trainableCount();
    TrainingState state =
        new TrainingState(
            1,
            new TrainingProgress(0, 2, 2, 4, 32),
            TrainingState.initial(new float[0], 0, 1).epochTally(),
            Optional.empty(),
            counted(layout.size(), 1),
            counted(2 * trainable, 1),
            counted(trainable, 7),
            counted(layout.size(), 5));
    List<NetworkSpec> told = new ArrayList<>();
    List<TrainingState> started = new ArrayList<>();
    MovingMaster.Moves moves =
        new MovingMaster.Moves(
            dense,
            experiment.design(),
            new Regrowth(Regrowth.Growth.RANDOM, 2, 0.3, 0.75),
            experiment.train().optimizer(),
            14,
            GradientSources.NONE);
    try (MovingMaster master =
        new MovingMaster(moves, first, network -> recorder(started), told::add)) {
      master.round(state);
    }
    ParameterLayout after = ParameterLayout.of(told.get(0));
    TrainingState moved = started.get(0);
    assertCarried(layout, after, state.parameters(), moved.parameters());
    assertCarried(layout, after, state.average(), moved.average());
    assertCarried(layout, after, state.outerState(), moved.outerState());
    for (int vector = 0; vector < 2; vector++) {
      assertCarried(
          layout,
          after,
          Arrays.copyOfRange(state.optimizerState(), vector * trainable, (vector + 1) * trainable),
          Arrays.copyOfRange(moved.optimizerState(), vector * trainable, (vector + 1) * trainable));
    }
    assertThat(moved.progress()).isEqualTo(state.progress());
  }

  private static float[] counted(int length, int first) {
    float[] counted = new float[length];
    for (int i = 0; i < length; i++) {
      counted[i] = first + i;
    }
    return counted;
  }

  /** Place by place, as the layouts name them. */
  private static void assertCarried(
      ParameterLayout before, ParameterLayout after, float[] from, float[] to) {
    int zeros = 0;
    for (ParameterLayout.Segment segment : after.segments()) {
      ParameterLayout.Segment old = before.segment(segment.op(), segment.role());
      for (int i = 0; i < segment.length() && segment.offset() + i < to.length; i++) {
        if (segment.role() != ParameterLayout.Role.WEIGHT) {
          assertThat(to[segment.offset() + i]).isEqualTo(from[old.offset() + i]);
          continue;
        }
        int place = after.support(segment.op()).denseIndex(i);
        float expected = 0;
        for (int j = 0; j < old.length(); j++) {
          if (before.support(segment.op()).denseIndex(j) == place) {
            expected = from[old.offset() + j];
          }
        }
        assertThat(to[segment.offset() + i]).isEqualTo(expected);
        zeros += expected == 0 ? 1 : 0;
      }
    }
    assertThat(zeros).isPositive();
  }

  private static RoundMaster recorder(List<TrainingState> started) {
    return new RoundMaster() {
      @Override
      public TrainingState initial(float[] initialParameters) {
        throw new AssertionError("Not asked");
      }

      @Override
      public Round round(TrainingState state) {
        started.add(state);
        return new Round(state, null, null);
      }

      @Override
      public void close() {}
    };
  }

  /** Slopes are summed over tasks on a cluster, and by the thread itself in a task. */
  @ParameterizedTest
  @ValueSource(strings = {"set", "rigl"})
  void aClusterHasTheBitsOfOneThread(String method, JavaSparkContext spark) throws IOException {
    String[] settings = {"method=" + method, "averaging.workers=1"};
    job(spark, settings).run(out("cluster"), Progress.SILENT, NOBODY);
    TrainJob.local(
            experiment(settings),
            DatasetReference.to(new Configuration(), data),
            Optional.of(DatasetReference.to(new Configuration(), test)),
            1,
            4)
        .run(out("thread"), Progress.SILENT, NOBODY);
    assertSame("thread", "cluster");
  }

  private void assertSame(String one, String other) throws IOException {
    SavedRuns.assertSameBits(folder.resolve(one), folder.resolve(other));
  }

  @ParameterizedTest
  @CsvSource({"set, 2", "rigl, 3", "rigl, -4"})
  void aRunKilledAroundAMoveEndsInTheSameBits(String method, int round, JavaSparkContext spark)
      throws IOException {
    String[] settings = {
      "method=" + method,
      "train.optimizer.type=adam",
      "train.learning-rate=0.01",
      "averaging.outer.step=nesterov",
      "train.ema.decay=0.9"
    };
    job(spark, settings).run(out("whole"), Progress.SILENT, NOBODY);
    assertThatThrownBy(
            () ->
                job(spark, settings)
                    .run(out("broken"), Progress.SILENT, new Kill(Math.abs(round), round < 0)))
        .hasMessage("killed");
    job(spark, settings).run(out("broken"), Progress.SILENT, NOBODY);
    assertSame("broken", "whole");
    assertThat(newest("whole").network()).isNotEqualTo(saved("whole").get(0).network());
  }

  /**
   * Kind: what was found of a folder before it was held is believed afterwards; here when there was
   * nothing yet, and before a move.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void aRunThatAnotherProcessWentOnWithSinceItWasPlannedEndsInTheSameBits(
      int done, JavaSparkContext spark) throws IOException {
    job(spark, "method=set").run(out("whole"), Progress.SILENT, NOBODY);
    URI broken = out("broken");
    if (done > 0) {
      killed(job(spark, "method=set"), broken, done);
    }
    TrainJob planned = job(spark, "method=set");
    planned.plan(broken);
    killed(job(spark, "method=set"), broken, 6);
    planned.run(broken, Progress.SILENT, NOBODY);
    assertSame("broken", "whole");
  }

  /** Kind: as above, of what the same job did itself, with a checkpoint and without. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void oneJobThatRunsAgainAfterAMoveEndsInTheSameBits(int rounds, JavaSparkContext spark)
      throws IOException {
    job(spark, "method=rigl").run(out("whole"), Progress.SILENT, NOBODY);
    URI broken = out("broken");
    TrainJob job = job(spark, "method=rigl", "checkpoint.every-rounds=" + rounds);
    killed(job, broken, 3);
    job.run(broken, Progress.SILENT, NOBODY);
    assertSame("broken", "whole");
  }

  private static void killed(TrainJob job, URI out, int round) {
    assertThatThrownBy(() -> job.run(out, Progress.SILENT, new Kill(round, /* saved= */ false)))
        .hasMessage("killed");
  }

  @Test
  void whatDoesNotGoTogetherIsNamed(JavaSparkContext spark) {
    refused(
        spark,
        "pruning.regrow-rounds = 2 is for methods whose weights move while they are trained, and"
            + " those of snip stay",
        "method=snip");
    refused(spark, "does not go with method = set", "method=set", "from=\"file:/nowhere\"");
    refused(
        spark,
        "train.freeze = [first] does not go with method = rigl",
        "method=rigl",
        "train.freeze=[first]");
    refused(spark, "53", "method=rigl", "pruning.batches=7");
    // Kind: products of two settings that leave the range of an int, here to become 8,704.
    refused(spark, "4294976000 of", "method=rigl", "pruning.batches=67109", "pruning.chunk=64000");
  }

  private static void refused(JavaSparkContext spark, String message, String... settings) {
    assertThatThrownBy(() -> job(spark, settings))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message);
  }
}
