package org.sscspark.spark.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.spark.LocalSpark;
import scala.reflect.ClassTag$;

@ExtendWith(LocalSpark.class)
class ParameterAverageTest {

  private static List<Contribution> contributions(int workers, int length, long seed) {
    Random random = new Random(seed);
    List<Contribution> contributions = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      float[] vector = new float[length];
      for (int i = 0; i < length; i++) {
        vector[i] = (float) random.nextGaussian();
      }
      // One worker in the middle has no examples.
      int examples = worker == 1 && workers > 2 ? 0 : 1 + random.nextInt(100);
      contributions.add(
          Contribution.of(worker, examples, FloatBytes.encode(vector), "report " + worker));
    }
    return contributions;
  }

  @ParameterizedTest
  @CsvSource({"1, 5", "2, 1", "3, 1000", "5, 3", "4, 0"})
  void slicesAndCollectHaveTheSameBits(int workers, int length, JavaSparkContext spark) {
    List<Contribution> contributions = contributions(workers, length, 42 + workers);
    JavaRDD<Contribution> rdd = spark.parallelize(contributions, workers);
    ParameterAverage collected = ParameterAverage.of(rdd, length, Reduction.COLLECT);
    ParameterAverage sliced = ParameterAverage.of(rdd, length, Reduction.SLICES);
    assertThat(sliced.mean()).isEqualTo(collected.mean()).hasSize(length);
    assertThat(sliced.examples()).isEqualTo(collected.examples());
    assertThat(sliced.contributions())
        .extracting(contribution -> contribution.report(String.class))
        .containsExactlyElementsOf(
            contributions.stream().map(c -> c.report(String.class)).toList());
    assertThat(sliced.contributions())
        .extracting(Contribution::examples)
        .containsExactlyElementsOf(contributions.stream().map(Contribution::examples).toList());
  }

  @Test
  void theOrderOfArrivalChangesNoBit() {
    List<Contribution> contributions = contributions(7, 100, 1);
    ParameterAverage inOrder = ParameterAverage.of(contributions, 100);
    for (int shuffle = 0; shuffle < 5; shuffle++) {
      Collections.shuffle(contributions, new Random(shuffle));
      assertThat(ParameterAverage.of(contributions, 100).mean()).isEqualTo(inOrder.mean());
    }
  }

  @Test
  void workersWithoutExamplesAverageToNothing(JavaSparkContext spark) {
    JavaRDD<Contribution> idle =
        spark.parallelize(
            List.of(
                Contribution.of(0, 0, new byte[0], "idle"),
                Contribution.of(1, 0, new byte[0], "idle")),
            2);
    for (Reduction reduction : List.of(Reduction.COLLECT, Reduction.SLICES)) {
      ParameterAverage average = ParameterAverage.of(idle, 10, reduction);
      assertThat(average.examples()).isZero();
      assertThat(average.mean()).isEmpty();
    }
  }

  @Test
  void autoCollectsSmallVectorsAndSlicesLargeOnes() {
    assertThat(Reduction.AUTO.resolve(1 << 20, 8)).isEqualTo(Reduction.COLLECT);
    assertThat(Reduction.AUTO.resolve(32L << 20, 2)).isEqualTo(Reduction.COLLECT);
    assertThat(Reduction.AUTO.resolve(32L << 20, 3)).isEqualTo(Reduction.SLICES);
    assertThat(Reduction.AUTO.resolve(1L << 30, 1)).isEqualTo(Reduction.COLLECT);
    assertThat(Reduction.SLICES.resolve(4, 1)).isEqualTo(Reduction.SLICES);
  }

  private record Told(int steps, double loss) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void contributionsTravelByKryoToo() {
    SerializerInstance kryo = new KryoSerializer(new SparkConf(false)).newInstance();
    Contribution sent =
        Contribution.of(3, 9, FloatBytes.encode(new float[] {1, 2}), new Told(1, 2.5));
    Contribution received =
        kryo.deserialize(
            kryo.serialize(sent, ClassTag$.MODULE$.apply(Contribution.class)),
            ClassTag$.MODULE$.apply(Contribution.class));
    assertThat(received.worker()).isEqualTo(3);
    assertThat(received.examples()).isEqualTo(9);
    assertThat(received.values()).isEqualTo(sent.values());
    assertThat(received.report(Told.class)).isEqualTo(new Told(1, 2.5));
  }

  @Test
  void autoHasToBeResolvedFirst(JavaSparkContext spark) {
    JavaRDD<Contribution> one = spark.parallelize(contributions(1, 1, 0), 1);
    assertThatThrownBy(() -> ParameterAverage.of(one, 1, Reduction.AUTO))
        .hasMessage("AUTO must be resolved first");
  }
}
