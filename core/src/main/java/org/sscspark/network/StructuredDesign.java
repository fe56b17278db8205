package org.sscspark.network;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

  private final NetworkSpec dense;
  private final double density;
  private final Set<String> keptDense;

  /**
   * Starts a design.
   *
   * @param denseLayers names of layers that stay dense, as in {@link SscSettings}
   */
  public StructuredDesign(NetworkSpec dense, double density, List<String> denseLayers) {
    this.dense = dense;
    this.density = density;
    this.keptDense = names(dense, denseLayers);
  }

  private static Set<String> names(NetworkSpec network, List<String> layers) {
    LayerNames names = new LayerNames(network);
    Set<String> matching = new HashSet<>();
    layers.forEach(layer -> matching.addAll(names.matching(layer)));
    return matching;
  }

  /** What a layer can become: supports by ascending number of kept weights. */
  private record Choice(String layer, List<Support> supports, List<Long> kept) {
    static Choice of(Op.Weighted op, List<Support> supports) {
      return new Choice(
          op.name(),
          supports,
          supports.stream().map(support -> (long) SupportLayout.of(support).kept()).toList());
    }
  }

  /**
   * Group convolutions (Krizhevsky et al., 2012). The groups of every other layer are interleaved,
   * which is a channel shuffle (Zhang et al., CVPR 2018): without one, channels of different groups
   * never meet.
   *
   * @throws BadInputException if the density cannot be met
   */
  public NetworkSpec groupwise() {
    List<Choice> choices = new ArrayList<>();
    for (Op.Weighted op : sparse()) {
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
    return designed("group convolutions", choices);
  }

  /**
   * HetConv (Singh et al., CVPR 2019): of P kernels of a filter one is full, the others pointwise.
   *
   * @throws BadInputException if the density cannot be met: a 3x3 layer keeps a ninth at least
   */
  public NetworkSpec hetConv() {
    List<Choice> choices = new ArrayList<>();
    for (Op.Weighted op : sparse()) {
      WeightShape shape = op.support().shape();
      if (shape.window() > 1) {
        choices.add(choice(op, part -> shape.channels() % part == 0, SscPattern::hetConv));
      }
    }
    return designed("HetConv", choices);
  }

  private List<Op.Weighted> sparse() {
    return dense.weighted().stream()
        .filter(op -> !keptDense.contains(op.name()) && op.layer().groups() == 1)
        .toList();
  }

  private static Choice choice(Op.Weighted op, IntPredicate fits, IntFunction<SscPattern> pattern) {
    WeightShape shape = op.support().shape();
    return Choice.of(
        op,
        IntStream.rangeClosed(1, shape.channels())
            .filter(fits)
            .boxed()
            .sorted(Comparator.reverseOrder())
            .map(parts -> (Support) new Support.Patterned(shape, pattern.apply(parts)))
            .toList());
  }

  /** Starts from the fewest weights and lets the sparsest layer grow while the budget allows. */
  private NetworkSpec designed(String what, List<Choice> choices) {
    int[] chosen = new int[choices.size()];
    long left = budget(dense, density) - weights(dense);
    for (Choice choice : choices) {
      left += choice.kept().get(choice.kept().size() - 1) - choice.kept().get(0);
    }
    if (left < 0) {
      throw infeasible(what, dense, density, budget(dense, density) - left);
    }
    while (true) {
      int sparsest = -1;
      double lowest = Double.POSITIVE_INFINITY;
      for (int i = 0; i < chosen.length; i++) {
        List<Long> kept = choices.get(i).kept();
        double share = (double) kept.get(chosen[i]) / kept.get(kept.size() - 1);
        if (chosen[i] + 1 < kept.size()
            && kept.get(chosen[i] + 1) - kept.get(chosen[i]) <= left
            && share < lowest) {
          sparsest = i;
          lowest = share;
        }
      }
      if (sparsest < 0) {
        break;
      }
      List<Long> kept = choices.get(sparsest).kept();
      left -= kept.get(chosen[sparsest] + 1) - kept.get(chosen[sparsest]);
      chosen[sparsest]++;
    }
    Map<String, Support> supports = new LinkedHashMap<>();
    for (int i = 0; i < chosen.length; i++) {
      supports.put(choices.get(i).layer(), choices.get(i).supports().get(chosen[i]));
    }
    return dense.withSupports(supports);
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
    Set<String> whole = names(network, denseLayers);
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
            depthwise, op.input(), kernels, op.stride(), op.padding(), false, channels),
        new Op.BatchNorm(norm, depthwise, channels),
        new Op.Relu(relu, norm),
        new Op.Convolution(op.name(), relu, points, 1, 0, op.bias()));
  }

  private static NetworkSpec ofEqualWeights(
      String what, NetworkSpec dense, double density, DoubleFunction<NetworkSpec> ofWidth) {
    long budget = budget(dense, density);
    NetworkSpec narrowest = ofWidth.apply(LEAST_WIDTH);
    if (weights(narrowest) > budget) {
      throw infeasible(what, dense, density, weights(narrowest));
    }
    double low = LEAST_WIDTH;
    double high = MOST_WIDTH;
    NetworkSpec best = narrowest;
    for (int i = 0; i < BISECTIONS; i++) {
      // Geometric: the factor is as likely to be a tenth as ten.
      double middle = Math.sqrt(low * high);
      NetworkSpec network = ofWidth.apply(middle);
      if (weights(network) <= budget) {
        best = network;
        low = middle;
      } else {
        high = middle;
      }
    }
    return best;
  }

  private static long budget(NetworkSpec dense, double density) {
    return (long) Math.floor(density * weights(dense) + 1e-6);
  }

  private static long weights(NetworkSpec network) {
    return network.weighted().stream().mapToLong(Op.Weighted::prunable).sum();
  }

  private static BadInputException infeasible(
      String what, NetworkSpec dense, double density, long least) {
    return new BadInputException(
        String.format(
            Locale.ROOT,
            "Density %s cannot be met by %s: %s would keep at least %d of %d weights; take a density"
                + " of %.4f or more",
            density,
            what,
            dense.name(),
            least,
            weights(dense),
            Math.ceil(1e4 * least / weights(dense)) / 1e4));
  }
}
