package org.sscspark.network;

import java.util.HashMap;
import java.util.Map;
import org.sscspark.pattern.FilterClass;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;

/**
 * How many paths lead through a network's kept weights: from a channel of the image to a logit, one
 * weight in each layer that a path goes through, places of the image not told apart. Weights that
 * see nothing but padding are on none. Effective paths and nodes together say more of a network
 * than its density (Pham et al., "Towards data-agnostic pruning at initialization", NeurIPS 2023).
 */
final class EffectivePaths {
  private EffectivePaths() {}

  /** The decimal logarithm of the number of paths; minus infinity if there are none. */
  static double log10(NetworkSpec network) {
    Map<String, FeatureShape> shapes = network.shapes();
    Map<String, ScaledCounts> into = new HashMap<>();
    into.put(NetworkSpec.INPUT, ScaledCounts.ones(network.input().channels()));
    ScaledCounts last = into.get(NetworkSpec.INPUT);
    for (Op op : network.ops()) {
      last = into.get(op.inputs().get(0));
      if (op instanceof Op.Weighted weighted) {
        last = through(weighted, shapes.get(op.inputs().get(0)), last);
      } else {
        for (String other : op.inputs().subList(1, op.inputs().size())) {
          last = last.plus(into.get(other));
        }
      }
      into.put(op.name(), last);
    }
    return last.log10();
  }

  private static ScaledCounts through(Op.Weighted op, FeatureShape in, ScaledCounts into) {
    SupportLayout layout = SupportLayout.of(op.support());
    WeightShape shape = layout.shape();
    int tapsOfChannel = shape.filterSize() / in.channels();
    double[] paths = new double[shape.filters()];
    for (FilterClass filterClass : layout.classes()) {
      double sum = 0;
      for (int tap : filterClass.taps()) {
        int cell = tap % shape.window();
        if (op.seesInput(cell / shape.kernelWidth(), cell % shape.kernelWidth(), in)) {
          sum += into.counts()[tap / tapsOfChannel];
        }
      }
      for (int filter : filterClass.filters()) {
        paths[filter] = sum;
      }
    }
    return ScaledCounts.of(paths, into.exponent());
  }
}
