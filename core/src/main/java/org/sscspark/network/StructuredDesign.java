package org.sscspark.network;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.sscspark.config.BadInputException;
import org.sscspark.pattern.SscPattern;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;

/**
 * Known structured layers with as many weights as a density leaves: what SSC has to be better than.
 * All of them keep as many weights as fit into density x the dense network's prunable weights, and
 * never more; what is left over is less than the smallest step.
 */
public final class StructuredDesign {
  /** The widest factor on channels that is tried; see {@link ModelSettings}. */
  private static final double MOST_WIDTH = 64;

  private static final double LEAST_WIDTH = 1e-3;

  /** Halvings of the width's interval: finer than a channel of any network. */
  private static final int BISECTIONS = 40;

  private final StructureBudget budget;

  /**
   * Starts a design.
   *
   * @param denseLayers names of layers that stay dense, as in {@link SscSettings}
   */
  public StructuredDesign(NetworkSpec dense, double density, List<String> denseLayers) {
    this.budget = new StructureBudget(dense, density, denseLayers);
  }

  /**
   * Group convolutions (Krizhevsky et al., 2012). The groups of every other layer are interleaved,
   * which is a channel shuffle (Zhang et al., CVPR 2018): without one, channels of different groups
   * never meet.
   *
   * @throws BadInputException if the density cannot be met
   */
  public NetworkSpec groupwise() {
    List<StructureBudget.Choice> choices = new ArrayList<>();
    for (Op.Weighted op : budget.sparse()) {
      WeightShape shape = op.support().shape();
      boolean interleaved = choices.size() % 2 == 1;
      choices.add(
          choice(
              op,
              groups -> shape.channels() % groups == 0 && shape.filters() % groups == 0,
              groups ->
                  interleaved
                      ? SscPattern.shuffledGroupwise(groups)
                      : SscPattern.groupwise(groups, shape.channels(), shape.filters())));
    }
    return budget.network("group convolutions", choices);
  }

  /**
   * HetConv (Singh et al., CVPR 2019): of P kernels of a filter one is full, the others pointwise.
   *
   * @throws BadInputException if the density cannot be met: a 3x3 layer keeps a ninth at least
   */
  public NetworkSpec hetConv() {
    List<StructureBudget.Choice> choices = new ArrayList<>();
    for (Op.Weighted op : budget.sparse()) {
      WeightShape shape = op.support().shape();
      if (shape.window() > 1) {
        choices.add(choice(op, part -> shape.channels() % part == 0, SscPattern::hetConv));
      }
    }
    return budget.network("HetConv", choices);
  }

  private static StructureBudget.Choice choice(
      Op.Weighted op, IntPredicate fits, IntFunction<SscPattern> pattern) {
    WeightShape shape = op.support().shape();
    List<Support> supports =
        IntStream.rangeClosed(1, shape.channels())
            .filter(fits)
            .boxed()
            .sorted(Comparator.reverseOrder())
            .map(parts -> (Support) new Support.Patterned(shape, pattern.apply(parts)))
            .toList();
    return new StructureBudget.Choice(
        op.name(),
        supports.stream().map(support -> (long) SupportLayout.of(support).kept()).toList(),
        supports::get);
  }

  /**
   * The dense network at the width that has as many weights.
   *
   * @param model the dense network whose weights count
   * @throws BadInputException if no width is narrow enough
   */
  public static NetworkSpec narrow(
      ModelSettings model, FeatureShape input, int classes, double density) {
    return ofEqualWeights(
        "a narrower network",
        ModelZoo.network(model, input, classes),
        density,
        factor -> ModelZoo.named(model.name(), input, classes, model.width() * factor));
  }

  /**
   * Depthwise and pointwise convolutions (MobileNet, Howard et al., 2017) in place of the others,
   * at the width that has as many weights.
   *
   * @param model the dense network whose weights count
   * @param denseLayers names of layers that stay as they are
   * @throws BadInputException if no width is narrow enough
   */
  public static NetworkSpec separable(
      ModelSettings model,
      FeatureShape input,
      int classes,
      double density,
      List<String> denseLayers) {
    return ofEqualWeights(
        "depthwise and pointwise convolutions",
        ModelZoo.network(model, input, classes),
        density,
        factor ->
            separated(
                ModelZoo.named(model.name(), input, classes, model.width() * factor), denseLayers));
  }

  private static NetworkSpec separated(NetworkSpec network, List<String> denseLayers) {
    Set<String> whole = StructureBudget.names(network, denseLayers);
    List<Op> ops = new ArrayList<>();
    for (Op op : network.ops()) {
      if (op instanceof Op.Convolution convolution
          && convolution.support().shape().window() > 1
          && convolution.groups() == 1
          && !whole.contains(op.name())) {
        ops.addAll(separated(convolution));
      } else {
        ops.add(op);
      }
    }
    return new NetworkSpec(network.name(), network.input(), ops);
  }

  private static List<Op> separated(Op.Convolution op) {
    WeightShape shape = op.support().shape();
    int channels = shape.channels();
    String depthwise = op.name() + ".depthwise";
    String norm = depthwise + ".norm";
    String relu = depthwise + ".relu";
    Support kernels =
        new Support.Patterned(
            new WeightShape(channels, channels, shape.kernelHeight(), shape.kernelWidth()),
            SscPattern.depthwise(channels, 1));
    Support points = Support.dense(new WeightShape(shape.filters(), channels, 1, 1));
    return List.of(
        new Op.Convolution(
            depthwise, op.input(), kernels, op.stride(), op.padding(), /* bias= */ false, channels),
        new Op.BatchNorm(norm, depthwise, channels),
        new Op.Relu(relu, norm),
        new Op.Convolution(op.name(), relu, points, 1, 0, op.bias()));
  }

  private static NetworkSpec ofEqualWeights(
      String what, NetworkSpec dense, double density, DoubleFunction<NetworkSpec> ofWidth) {
    long budget = StructureBudget.of(dense, density);
    NetworkSpec narrowest = ofWidth.apply(LEAST_WIDTH);
    if (StructureBudget.weights(narrowest) > budget) {
      throw StructureBudget.infeasible(what, dense, density, StructureBudget.weights(narrowest));
    }
    double low = LEAST_WIDTH;
    double high = MOST_WIDTH;
    NetworkSpec best = narrowest;
    for (int i = 0; i < BISECTIONS; i++) {
      // Geometric: the factor is as likely to be a tenth as ten.
      double middle = Math.sqrt(low * high);
      NetworkSpec network = ofWidth.apply(middle);
      if (StructureBudget.weights(network) <= budget) {
        best = network;
        low = middle;
      } else {
        high = middle;
      }
    }
    return best;
  }
}
