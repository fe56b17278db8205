package org.sscspark.engine.plan;

import java.util.HashMap;
import java.util.Map;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.pattern.WeightShape;

/**
 * The halo of each value, how wide a border of zeros it needs: convolutions read beyond the edges
 * of their input, and backward beyond those of their output's gradient. Elementwise operators want
 * one layout for all that they read and write.
 */
final class Halo {
  private final Map<String, FeatureShape> shapes;
  private final Map<String, Integer> halos = new HashMap<>();

  private Halo(NetworkSpec network) {
    shapes = network.shapes();
    shapes.keySet().forEach(name -> halos.put(name, 0));
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
        if (op.elementwise()) {
          int widest = halos.get(op.name());
          for (String input : op.inputs()) {
            widest = Math.max(widest, halos.get(input));
          }
          changed |= widen(op.name(), widest);
          for (String input : op.inputs()) {
            changed |= widen(input, widest);
          }
        }
      }
    }
  }

  /** The halo of every value by name, in pixels on each side. */
  static Map<String, Integer> of(NetworkSpec network) {
    return new Halo(network).halos;
  }

  private boolean widen(String value, int halo) {
    return halos.put(value, Math.max(halo, halos.get(value))) < halo;
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
