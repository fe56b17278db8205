package org.sscspark.spark.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.data.Augmentation;
import org.sscspark.data.EpochOrder;
import org.sscspark.data.ImageTransform;
import org.sscspark.data.Minibatch;
import org.sscspark.data.MinibatchPlan;
import org.sscspark.data.MinibatchReader;
import org.sscspark.data.Normalization;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.InferenceReplica;
import org.sscspark.engine.InputLayout;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.engine.choice.Engines;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.train.TinyData;
import org.sscspark.training.Evaluation;

@ExtendWith(LocalSpark.class)
class DistributedEvaluationTest {
  private static final FeatureShape SHAPE = new FeatureShape(3, 8, 8);
  private static final int CLASSES = 9;
  private static final NetworkSpec NETWORK = ModelZoo.named("convnet", SHAPE, CLASSES, 1);

  /** Of a training set far darker than the test set. */
  private static final List<Double> MEAN = List.of(20.0, 35.0, 50.0);

  private static final List<Double> STD = List.of(30.0, 25.0, 40.0);

  @TempDir private static Path folder;

  /** Kind: an evaluation compared with itself. Here images come one by one, and sums in double. */
  @ParameterizedTest
  @ValueSource(strings = {"nd4j", "lane"})
  void partsOfUnevenMinibatchesCountAsImagesOneByOne(String engine, JavaSparkContext spark)
      throws IOException {
    DatasetReference data =
        DatasetReference.to(
            new Configuration(), TinyData.write(folder.resolve(engine), 53, SHAPE, CLASSES));
    float[] parameters = Initialization.parameters(NETWORK, FanIn.KEPT, 4);
    OneByOne expected = new OneByOne();
    expected.count(data, parameters);
    // Shards of 17 and 18 images: their last minibatches have 1 and 2.
    Evaluation evaluation =
        new DistributedEvaluation(
                data, new Normalization(MEAN, STD), EngineSettings.named(engine), 4)
            .evaluate(spark, NETWORK, parameters);
    assertThat(evaluation.confusion()).isDeepEqualTo(expected.confusion);
    assertThat(evaluation.topFive()).isEqualTo(expected.topFive).isBetween(10L, 50L);
    assertThat(evaluation.accuracy()).isEqualTo(expected.correct / 53.0);
    assertThat(evaluation.loss()).isCloseTo(expected.lossSum / 53, within(1e-5));
  }

  private static final class OneByOne {
    private final long[][] confusion = new long[CLASSES][CLASSES];
    private long topFive;
    private long correct;
    private double lossSum;

    private void count(DatasetReference data, float[] parameters) {
      MinibatchPlan images = MinibatchPlan.epoch(EpochOrder.stored(data.manifest(), 1), 0, 1);
      Normalization pixels =
          new Normalization(Collections.nCopies(3, 0.0), Collections.nCopies(3, 1.0));
      try (InferenceReplica replica = Engines.create("nd4j", 1).inferenceReplica(NETWORK, 1);
          MinibatchReader reader =
              new MinibatchReader(
                  data.open(),
                  images,
                  new ImageTransform(Augmentation.none(), pixels),
                  InputLayout.nchw(SHAPE, 1))) {
        System.arraycopy(parameters, 0, replica.parameters(), 0, parameters.length);
        while (reader.hasNext()) {
          Minibatch image = reader.next();
          float[] input = image.input();
          for (int i = 0; i < SHAPE.size(); i++) {
            int channel = i / (SHAPE.size() / 3);
            input[i] = (float) ((input[i] - MEAN.get(channel)) / STD.get(channel));
          }
          float[] logits = new float[CLASSES];
          replica.forward(input, 1, BatchNormMode.RUNNING, logits);
          add(logits, image.labels()[0]);
        }
      }
    }

    private void add(float[] logits, int label) {
      int answer = 0;
      int larger = 0;
      double others = 0;
      for (int k = 0; k < CLASSES; k++) {
        answer = logits[k] > logits[answer] ? k : answer;
        larger += logits[k] > logits[label] ? 1 : 0;
        others += StrictMath.exp((double) logits[k] - logits[label]);
      }
      confusion[label][answer]++;
      topFive += larger < 5 ? 1 : 0;
      correct += answer == label ? 1 : 0;
      lossSum += StrictMath.log(others);
    }
  }
}
