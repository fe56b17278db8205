package org.sscspark.exchange;

import java.util.List;
import java.util.stream.Collectors;
import org.sscspark.config.BadInputException;
import org.sscspark.network.Op;
import org.sscspark.pattern.WeightShape;

/**
 * The lengths of an array in a file. Weights in another order have as many values, so their number
 * alone does not tell that they are a layer's.
 */
record ArrayShape(List<Integer> lengths) {
  ArrayShape {
    lengths = List.copyOf(lengths);
  }

  /** The shape of a vector. */
  static ArrayShape vector(int length) {
    return new ArrayShape(List.of(length));
  }

  /** The shapes that a layer's weights may have, [F, C, kH, kW] or fully connected [F, C]. */
  static List<ArrayShape> ofWeights(Op.Weighted op) {
    WeightShape shape = op.support().shape();
    ArrayShape whole =
        new ArrayShape(
            List.of(shape.filters(), shape.channels(), shape.kernelHeight(), shape.kernelWidth()));
    return op instanceof Op.FullyConnected
        ? List.of(new ArrayShape(List.of(shape.filters(), shape.channels())), whole)
        : List.of(whole);
  }

  /**
   * Checks that an array has a shape that can be read.
   *
   * @param array its file and name, for the message
   * @param readable of which the first is named
   * @throws BadInputException if it has none of them
   */
  void require(String array, List<ArrayShape> readable) {
    if (!readable.contains(this)) {
      ArrayShape expected = readable.get(0);
      throw new BadInputException(
          "%s has shape %s where the network has %s; %s"
              .formatted(array, this, expected, remedy(expected)));
    }
  }

  private String remedy(ArrayShape expected) {
    if (lengths.stream().sorted().toList().equals(expected.lengths.stream().sorted().toList())) {
      return "put its axes into that order with numpy.transpose";
    }
    return size() == expected.size()
        ? "if its values are in the order of that shape, give it that with numpy.reshape"
        : "it is of another architecture";
  }

  /** How many values an array of this shape has, as far as integers count. */
  long size() {
    double size = lengths.stream().mapToDouble(Integer::doubleValue).reduce(1, (a, b) -> a * b);
    return (long) Math.min(size, Integer.MAX_VALUE);
  }

  /** As NumPy prints it. */
  @Override
  public String toString() {
    return lengths.size() == 1
        ? "(%s,)".formatted(lengths.get(0))
        : lengths.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
  }
}
