package org.sscspark.spark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Kind: elements of a form that DL4J's own tools cannot divide or join. */
class RebatchedTest {
  private static INDArray counting(int from, long... shape) {
    INDArray array = Nd4j.create(DataType.FLOAT, shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, (double) (from + i));
    }
    return array;
  }

  private static List<org.nd4j.linalg.dataset.api.MultiDataSet> rebatched(
      int size, org.nd4j.linalg.dataset.api.MultiDataSet... elements) {
    List<org.nd4j.linalg.dataset.api.MultiDataSet> minibatches = new ArrayList<>();
    new Rebatched(List.of(elements).iterator(), size).forEachRemaining(minibatches::add);
    return minibatches;
  }

  private static void assertFirstNumbers(INDArray array, long... numbers) {
    assertThat(array.reshape(array.size(0), -1).getColumn(0).dup().toLongVector())
        .containsExactly(numbers);
  }

  @Test
  void videosAreDividedAndJoined() {
    List<org.nd4j.linalg.dataset.api.MultiDataSet> minibatches =
        rebatched(
            3,
            new MultiDataSet(counting(0, 7, 1, 2, 2, 2), counting(0, 7, 2)),
            new MultiDataSet(counting(56, 3, 1, 2, 2, 2), counting(14, 3, 2)));

    assertThat(minibatches).hasSize(4);
    assertFirstNumbers(minibatches.get(0).getFeatures(0), 0, 8, 16);
    assertFirstNumbers(minibatches.get(1).getFeatures(0), 24, 32, 40);
    assertFirstNumbers(minibatches.get(2).getFeatures(0), 48, 56, 64);
    assertFirstNumbers(minibatches.get(3).getFeatures(0), 72);
    assertThat(minibatches.get(3).getFeatures(0).shape()).containsExactly(1, 1, 2, 2, 2);
    assertFirstNumbers(minibatches.get(2).getLabels(0), 12, 14, 16);
  }

  @Test
  void examplesMayLackLabelsAndSomeMasks() {
    INDArray[] masks = {null, counting(0, 5, 1)};
    INDArray[] features = {counting(0, 5, 3), counting(0, 5, 2, 4)};
    MultiDataSet element = new MultiDataSet(features, null, masks, null);
    List<org.nd4j.linalg.dataset.api.MultiDataSet> minibatches = rebatched(3, element, element);

    assertThat(minibatches).hasSize(4);
    assertFirstNumbers(minibatches.get(1).getFeatures(0), 9, 12, 0);
    assertFirstNumbers(minibatches.get(1).getFeatures(1), 24, 32, 0);
    assertThat(minibatches.get(1).getLabels()).isNull();
    assertThat(minibatches.get(1).getLabelsMaskArrays()).isNull();
    assertThat(minibatches.get(1).getFeaturesMaskArray(0)).isNull();
    assertFirstNumbers(minibatches.get(1).getFeaturesMaskArray(1), 3, 4, 0);
  }

  @Test
  void sequencesOfUnequalLengthArePaddedAndMasked() {
    List<org.nd4j.linalg.dataset.api.MultiDataSet> minibatches =
        rebatched(
            4,
            new MultiDataSet(counting(0, 2, 1, 3), counting(0, 2, 1, 3)),
            new MultiDataSet(counting(6, 2, 1, 5), counting(6, 2, 1, 5)));

    assertThat(minibatches).hasSize(1);
    assertThat(minibatches.get(0).getFeatures(0).shape()).containsExactly(4, 1, 5);
    assertThat(minibatches.get(0).getFeaturesMaskArray(0).sumNumber().intValue()).isEqualTo(16);
  }
}
