package org.sscspark.engine.plan;

import java.util.HashMap;
import java.util.Map;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.pattern.WeightShape;

/**
 * The halo of each value, how wide a border of zeros it needs: convolutions read beyond the edges
 * of their input, and backward beyond those of their output's gradient. Operators that pair each
 * place of their output with the same place of their inputs want one layout for all of these.
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
        if (op.accept(new PlaceByPlace(), null)) {
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

  /** Whether an operator pairs each place of its output with the same place of its inputs. */
  private static final class PlaceByPlace implements Op.ChannelwiseVisitor<Boolean, Void> {
    @Override
    public Boolean convolution(Op.Convolution op, Void none) {
      return false;
    }

    @Override
    public Boolean fullyConnected(Op.FullyConnected op, Void none) {
      return false;
    }

    @Override
    public Boolean batchNorm(Op.BatchNorm op, Void none) {
      return true;
    }

    @Override
    public Boolean add(Op.Add op, Void none) {
      return true;
    }

    @Override
    public Boolean channelwise(Op.Channelwise op, Void none) {
      return !(op instanceof Op.Pool);
    }
  }
}
