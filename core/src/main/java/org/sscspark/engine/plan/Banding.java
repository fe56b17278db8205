package org.sscspark.engine.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;

/**
 * Which convolutions run band by band, and which values then need no buffer.
 *
 * <p>A convolution does where a batch norm alone reads its output and all sums of its weights'
 * gradients stay in a cache at once, if not in that of the core: they grow from band to band.
 * Larger layers have smaller images and less to gain.
 */
final class Banding {
  /** Weights that a convolution has at most, 3x3 on 64 channels: 2.25 MiB of sums with 16 lanes. */
  private static final int MOST_WEIGHTS = 9 * 64 * 64;

  /** Positions of smaller outputs are summed in another order, which needs them all. */
  private static final int FEWEST_POSITIONS = 17;

  private final List<FusedOp> ops;
  private final Set<String> layers = new HashSet<>();
  private final Map<String, Integer> readers = new HashMap<>();
  private final Map<String, FusedOp> producers = new HashMap<>();
  private final Map<String, FusedOp> firstReaders = new HashMap<>();
  private final Map<String, FusedOp> behind = new HashMap<>();

  private Banding(List<FusedOp> inOrder) {
    for (FusedOp op : inOrder) {
      producers.put(op.output(), op);
      op.inputs().forEach(in -> readers.merge(in, 1, Integer::sum));
      if (op.op() instanceof Op.BatchNorm) {
        behind.put(op.inputs().get(0), op);
      }
    }
    this.ops = new ArrayList<>(inOrder);
  }

  /** No step runs band by band. */
  static Banding none(List<FusedOp> ops) {
    return new Banding(ops);
  }

  /**
   * Plans bands wherever they pay.
   *
   * @param live the values that the logits depend on
   */
  static Banding of(
      List<FusedOp> ops,
      Map<String, FeatureShape> shapes,
      ParameterLayout parameters,
      Set<String> live) {
    Banding banding = new Banding(ops);
    for (FusedOp op : ops) {
      if (op.op() instanceof Op.Convolution convolution
          && live.contains(op.output())
          && !convolution.bias()
          && positions(shapes.get(op.output())) >= FEWEST_POSITIONS
          && parameters.support(convolution.name()).kept() <= MOST_WEIGHTS
          && banding.behind.containsKey(op.output())
          && banding.readers.get(op.output()) == 1
          && !(readsInput(op) && banding.behind(op).skip().isPresent())) {
        banding.layers.add(op.output());
      }
    }
    banding.putLayersBeforeTheirNorms();
    for (FusedOp op : banding.ops) {
      op.inputs().forEach(in -> banding.firstReaders.putIfAbsent(in, op));
    }
    return banding;
  }

  /**
   * Whether it reads the network's input. The gradient of that is computed last, when a skip
   * connection behind the layer's norm has long taken over the gradient that it begins with.
   */
  private static boolean readsInput(FusedOp layer) {
    return layer.inputs().contains(NetworkSpec.INPUT);
  }

  private static int positions(FeatureShape shape) {
    return shape.height() * shape.width();
  }

  /** So nothing comes between the two backward, when the layer reads the norm's gradient. */
  private void putLayersBeforeTheirNorms() {
    List<FusedOp> inOrder = List.copyOf(ops);
    ops.clear();
    for (FusedOp op : inOrder) {
      if (layers.contains(op.inputs().get(0))) {
        ops.add(producers.get(op.inputs().get(0)));
      }
      if (!layers.contains(op.output())) {
        ops.add(op);
      }
    }
  }

  /** All operators, each layer that runs band by band just before its norm. */
  List<FusedOp> ops() {
    return ops;
  }

  /** Whether a convolution runs band by band. */
  boolean isLayer(FusedOp op) {
    return layers.contains(op.output());
  }

  /** The norm that reads a layer's output. */
  FusedOp behind(FusedOp layer) {
    return behind.get(layer.output());
  }

  /** The norm whose output a layer computes band by band. */
  Optional<FusedOp> ahead(FusedOp layer) {
    return Optional.ofNullable(producers.get(layer.inputs().get(0)))
        .filter(norm -> norms(norm).aheadOfLayer() && first(norm.output()).equals(layer.output()));
  }

  private String first(String value) {
    return firstReaders.get(value).output();
  }

  /** What a batch norm leaves to its neighbours. */
  Bands.Norm norms(FusedOp op) {
    return op.op() instanceof Op.BatchNorm
        ? new Bands.Norm(
            layers.contains(op.inputs().get(0)),
            firstReaders.containsKey(op.output()) && layers.contains(first(op.output())))
        : Bands.ALONE;
  }

  /**
   * Whether a step's output passes band by band to the one layer that reads it, which computes it
   * anew on the way back. What has gone through an addition is kept: the rectifier's mask is read
   * off it.
   */
  boolean passes(FusedOp op) {
    return norms(op).aheadOfLayer() && op.skip().isEmpty() && readers.get(op.output()) == 1;
  }
}
