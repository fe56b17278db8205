package org.sscspark.engine;

import java.util.HashMap;
import java.util.Map;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.pattern.WeightShape;

/**
 * How wide a border of zeros each value needs: convolutions read beyond the edges of their input,
 * and backward beyond those of their output's gradient. Elementwise operators want one layout for
 * all that they read and write.
 */
public final class Borders {
  private final Map<String, FeatureShape> shapes;
  private final Map<String, Integer> borders = new HashMap<>();

  private Borders(NetworkSpec network) {
    shapes = network.shapes();
    shapes.keySet().forEach(name -> borders.put(name, 0));
    for (Op op : network.ops()) {
      if (op instanceof Op.Convolution convolution) {
        widen(convolution.input(), convolution.padding());
        widen(convolution.name(), beyondGradient(convolution));
      }
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Op op : network.ops()) {
        if (op instanceof Op.BatchNorm || op instanceof Op.Relu || op instanceof Op.Add) {
          int widest = borders.get(op.name());
          for (String input : op.inputs()) {
            widest = Math.max(widest, borders.get(input));
          }
          changed |= widen(op.name(), widest);
          for (String input : op.inputs()) {
            changed |= widen(input, widest);
          }
        }
      }
    }
  }

  /** The border of every value by name, in pixels on each side. */
  public static Map<String, Integer> of(NetworkSpec network) {
    return new Borders(network).borders;
  }

  private boolean widen(String value, int border) {
    return borders.put(value, Math.max(border, borders.get(value))) < border;
  }

  private int beyondGradient(Op.Convolution op) {
    WeightShape weights = op.support().shape();
    FeatureShape in = shapes.get(op.input());
    FeatureShape out = shapes.get(op.name());
    return Math.max(
        beyond(weights.kernelHeight(), op, in.height(), out.height()),
        beyond(weights.kernelWidth(), op, in.width(), out.width()));
  }

  private static int beyond(int window, Op.Convolution op, int in, int out) {
    int before = -Math.floorDiv(op.padding() - (window - 1), op.stride());
    int after = Math.floorDiv(in - 1 + op.padding(), op.stride()) - (out - 1);
    return Math.max(0, Math.max(before, after));
  }
}
