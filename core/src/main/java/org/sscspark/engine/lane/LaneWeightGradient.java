package org.sscspark.engine.lane;

import java.util.List;
import org.sscspark.engine.plan.LayerPlan;
import org.sscspark.engine.plan.TapGroup;

/**
 * The gradient of a layer's weights: for each weight the sum, over positions and examples, of input
 * times output gradient. Threads share out units, and no bit depends on how.
 */
interface LaneWeightGradient {
  /**
   * Plans the sums, in the order that suits the shape.
   *
   * @param sums of the forward pass
   */
  static LaneWeightGradient of(
      LaneWorkspace workspace, LayerPlan.Sums sums, LaneBuffer in, LaneBuffer outGradient) {
    List<TapGroup> groups = sorted(sums, in.layout);
    return OuterProductGradient.suits(groups, outGradient.layout)
        ? new OuterProductGradient(workspace, sums, groups, in, outGradient)
        : new LaneSumGradient(workspace, sums, groups, in, outGradient);
  }

  /** Sorted so that taps that lie in the image at the same positions follow each other. */
  static List<TapGroup> sorted(LayerPlan.Sums sums, LaneLayout in) {
    return sums.groups().stream().map(group -> group.sorted(in.isNarrow())).toList();
  }

  /** How many units threads share out. */
  int units();

  /**
   * Writes the gradients of the units [first, last) for the workspace's minibatch.
   *
   * @param sums vectors of the calling thread, from {@link LaneLayout#FIRST} on
   */
  void run(LaneWorkspace workspace, float[] sums, int first, int last);
}
