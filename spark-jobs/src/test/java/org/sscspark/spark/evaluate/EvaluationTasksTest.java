package org.sscspark.spark.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.lang3.SerializationUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.data.Normalization;
import org.sscspark.data.raw.Synthetic;
import org.sscspark.data.sharding.LocalSharding;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.training.Evaluation;
import org.sscspark.training.PartsEvaluation;

@ExtendWith(LocalSpark.class)
class EvaluationTasksTest {
  private static final EngineSettings LANE = EngineSettings.named("lane");
  private static final FeatureShape SHAPE = new FeatureShape(3, 8, 8);
  private static final int SHARDS = 7;

  @TempDir private static Path folder;
  private static DatasetReference data;
  private static NetworkSpec network;
  private static float[] parameters;

  @BeforeAll
  static void write() throws IOException {
    data = data("few", 61, 3);
    network = ModelZoo.named("convnet", SHAPE, 3, 1);
    parameters = Initialization.parameters(network, FanIn.DENSE, 5);
  }

  private static DatasetReference data(String name, int examples, int classes) throws IOException {
    Configuration configuration = new Configuration();
    LocalSharding.write(
        configuration,
        new Synthetic(examples, classes, SHAPE, 3, "train"),
        ShardingOptions.of(name, 7).withShards(SHARDS),
        folder.resolve(name).toUri());
    return DatasetReference.to(configuration, folder.resolve(name).toUri());
  }

  private static PartEvaluator evaluator(DatasetReference set, NetworkSpec of) {
    Normalization normalization = new Normalization(set.manifest().mean(), set.manifest().std());
    return new PartEvaluator(set, normalization, LANE, 1, 4, SHARDS, of);
  }

  /** What so many tasks answer, each on its share of the parts. */
  private static List<PartsEvaluation> ofTasks(int tasks) {
    List<PartsEvaluation> answers = new ArrayList<>();
    for (int task = 0; task < tasks; task++) {
      List<Integer> share =
          IntStream.range(task * SHARDS / tasks, (task + 1) * SHARDS / tasks).boxed().toList();
      answers.add(evaluator(data, network).evaluate(parameters, share.iterator()));
    }
    return answers;
  }

  private static Evaluation sum(List<PartsEvaluation> answers) {
    return Evaluation.of(3, answers);
  }

  /** Kind: a sum whose last bits tell how many added it up. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, SHARDS})
  void theSumIsTheSameOfAnyNumberOfTasks(int tasks, JavaSparkContext spark) {
    double inOrder = 0;
    for (PartsEvaluation part : ofTasks(SHARDS)) {
      inOrder += part.lossSums().get(0);
    }
    Evaluation sum = sum(ofTasks(tasks));
    assertThat(sum.lossSum()).isEqualTo(inOrder);
    assertThat(sum.examples()).isEqualTo(61);
    DistributedEvaluation evaluation =
        new DistributedEvaluation(data, evaluator(data, network).normalization(), LANE, 4);
    assertThat(evaluation.evaluate(spark, network, parameters)).isEqualTo(sum);
    assertThat(evaluation.evaluate(network, parameters, 1)).isEqualTo(sum);
  }

  /** Kind: what grows with classes times classes times shards. */
  @Test
  void ofManyClassesATaskSendsNoMoreThanItCounted() throws IOException {
    DatasetReference many = data("many", 1000, 1000);
    NetworkSpec wide = ModelZoo.named("convnet", SHAPE, 1000, 1);
    float[] initial = Initialization.parameters(wide, FanIn.DENSE, 5);
    PartsEvaluation answer =
        evaluator(many, wide)
            .evaluate(initial, IntStream.range(0, SHARDS).boxed().toList().iterator());
    assertThat(answer.lossSums()).hasSize(SHARDS);
    assertThat(answer.cells()).hasSizeLessThanOrEqualTo(1000);
    assertThat(SerializationUtils.serialize(answer)).hasSizeLessThan(100_000);
  }
}
