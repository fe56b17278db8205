package org.sscspark.dl4j;

import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;

/**
 * Arrays as blocks of memory in 'c' order. A program may hand a network its parameters in any order
 * or as a view with gaps.
 */
final class Contiguous {
  private Contiguous() {}

  /** Returns the array itself if it is one block of memory, or a copy. */
  static INDArray of(INDArray array) {
    return Shape.hasDefaultStridesForShape(array) ? array : array.dup('c');
  }

  /** Lets somebody write all of an array who can only write one block of memory. */
  static void fill(INDArray array, Consumer<INDArray> writer) {
    if (Shape.hasDefaultStridesForShape(array)) {
      writer.accept(array);
    } else {
      INDArray block = array.ulike().dup('c');
      writer.accept(block);
      array.assign(block);
    }
  }
}
