package org.sscspark.spark.dl4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The examples of any elements, in order, in minibatches of one size, of which the last may have
 * fewer. DL4J's own iterator loses examples where an element is divided more than once.
 */
final class Rebatched implements Iterator<MultiDataSet> {
  private static final List<Function<MultiDataSet, INDArray[]>> KINDS =
      List.of(
          MultiDataSet::getFeatures,
          MultiDataSet::getLabels,
          MultiDataSet::getFeaturesMaskArrays,
          MultiDataSet::getLabelsMaskArrays);

  private final Iterator<MultiDataSet> elements;
  private final int size;

  /** The element that is being divided, or null. */
  private MultiDataSet element;

  /** Its first example that has not been used. */
  private long from;

  Rebatched(Iterator<MultiDataSet> elements, int size) {
    this.elements = elements;
    this.size = size;
  }

  @Override
  public boolean hasNext() {
    return element != null || elements.hasNext();
  }

  @Override
  public MultiDataSet next() {
    List<MultiDataSet> parts = new ArrayList<>();
    long missing = size;
    do {
      if (element == null) {
        element = elements.next();
        from = 0;
      }
      long count = element.getFeatures(0).size(0);
      long to = Math.min(count, from + missing);
      parts.add(to - from == count ? element : examples(element, from, to));
      missing -= to - from;
      from = to;
      if (to == count) {
        element = null;
      }
    } while (missing > 0 && hasNext());
    return parts.size() == 1 ? parts.get(0) : joined(parts);
  }

  private static MultiDataSet examples(MultiDataSet element, long from, long to) {
    return combined(
        List.of(element),
        arrays -> {
          INDArrayIndex[] indices = NDArrayIndex.allFor(arrays[0]);
          indices[0] = NDArrayIndex.interval(from, to);
          return arrays[0].get(indices).dup('c');
        });
  }

  /** DL4J's merge pads sequences, but knows neither rank 5 nor examples without labels. */
  private static MultiDataSet joined(List<MultiDataSet> parts) {
    MultiDataSet first = parts.get(0);
    return parts.stream().allMatch(part -> areAlike(part, first))
        ? combined(parts, arrays -> Nd4j.concat(0, arrays))
        : org.nd4j.linalg.dataset.MultiDataSet.merge(parts);
  }

  /** Whether two elements differ in nothing but the number of examples. */
  private static boolean areAlike(MultiDataSet one, MultiDataSet other) {
    return KINDS.stream()
        .allMatch(
            kind ->
                Arrays.deepEquals(
                    exampleShapes(kind.apply(one)), exampleShapes(kind.apply(other))));
  }

  private static long[][] exampleShapes(INDArray[] arrays) {
    return arrays == null
        ? new long[0][]
        : Arrays.stream(arrays)
            .map(array -> array == null ? null : exampleShape(array))
            .toArray(long[][]::new);
  }

  private static long[] exampleShape(INDArray array) {
    return Arrays.copyOfRange(array.shape(), 1, array.rank());
  }

  /** Makes each array of those in its place; what is not there stays so. */
  private static MultiDataSet combined(
      List<MultiDataSet> parts, Function<INDArray[], INDArray> make) {
    INDArray[][] made = new INDArray[KINDS.size()][];
    for (int kind = 0; kind < made.length; kind++) {
      Function<MultiDataSet, INDArray[]> arrays = KINDS.get(kind);
      INDArray[] first = arrays.apply(parts.get(0));
      if (first != null) {
        made[kind] = new INDArray[first.length];
        for (int i = 0; i < first.length; i++) {
          int place = i;
          made[kind][i] =
              first[i] == null
                  ? null
                  : make.apply(
                      parts.stream()
                          .map(part -> arrays.apply(part)[place])
                          .toArray(INDArray[]::new));
        }
      }
    }
    return new org.nd4j.linalg.dataset.MultiDataSet(made[0], made[1], made[2], made[3]);
  }
}
