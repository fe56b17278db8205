package org.sscspark.engine.lane;

import java.util.List;
import org.sscspark.engine.TapGroup;

/**
 * The gradient of a convolution's weights: for each weight the sum, over positions and examples, of
 * input times output gradient. Threads share out units, and no bit depends on how.
 */
interface WeightGradient {
  /**
   * Plans the sums, in the order that suits the shape.
   *
   * @param tapGroups in any order
   * @param from the positions in the input, block of examples by block of examples
   * @param to those in the output
   * @param firstParameter where the packed weights start in the flat parameter vector
   */
  static WeightGradient of(
      Machine machine,
      List<TapGroup> tapGroups,
      LaneLayout in,
      LaneLayout out,
      int[] from,
      int[] to,
      int firstParameter) {
    // So taps that lie in the image at the same positions follow each other.
    List<TapGroup> groups = tapGroups.stream().map(group -> group.sorted(in.isNarrow())).toList();
    return OuterProductGradient.suits(groups, out)
        ? new OuterProductGradient(machine, groups, in, out, from, to, firstParameter)
        : new LaneSumGradient(groups, in, out, from, to, firstParameter, machine.arithmetic);
  }

  /** How many units threads share out. */
  int units();

  /**
   * Writes the gradients of the units [first, last) for the machine's minibatch.
   *
   * @param sums vectors of the calling thread, from {@link LaneLayout#FIRST} on
   */
  void run(Machine machine, float[] in, float[] outGradient, float[] sums, int first, int last);
}
