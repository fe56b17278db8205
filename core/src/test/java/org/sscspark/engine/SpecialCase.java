package org.sscspark.engine;

import static org.sscspark.engine.Tolerance.assertClose;
import static org.sscspark.engine.Tolerance.doubles;

import java.util.Arrays;
import java.util.List;
import org.sscspark.engine.ReferenceConvolution.Grouping;
import org.sscspark.engine.Replicas.Step;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.pattern.KernelType;
import org.sscspark.pattern.SscPattern;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;

/** The layers that patterns have as exact special cases, beside the standard operators. */
enum SpecialCase {
  STANDARD(SscPattern.standard(), 8, 5, 1, Grouping.CONTIGUOUS),
  POINTWISE(SscPattern.pointwise(), 8, 5, 1, Grouping.CONTIGUOUS),
  GROUPWISE(SscPattern.groupwise(4, 8, 12), 8, 12, 4, Grouping.CONTIGUOUS),
  SHUFFLED_GROUPWISE(SscPattern.shuffledGroupwise(4), 8, 12, 4, Grouping.INTERLEAVED),
  DEPTHWISE(SscPattern.depthwise(6, 1), 6, 6, 6, Grouping.CONTIGUOUS),
  DEPTHWISE_WITH_MULTIPLIER(SscPattern.depthwise(6, 3), 6, 18, 6, Grouping.CONTIGUOUS),
  HET_CONV(SscPattern.hetConv(4), 8, 6, 1, Grouping.CONTIGUOUS),
  SSC(
      new SscPattern(
          List.of(
              KernelType.ODD,
              KernelType.POINT,
              KernelType.ZERO,
              KernelType.ZERO,
              KernelType.EVEN,
              KernelType.ZERO,
              KernelType.POINT,
              KernelType.ZERO),
          1,
          3,
          1,
          2),
      16,
      10,
      1,
      Grouping.CONTIGUOUS);

  private static final double TOLERANCE = 2e-5;
  private static final int KERNEL = 3;

  @SuppressWarnings("ImmutableEnumChecker") // A record over a copied list.
  private final SscPattern pattern;

  private final int channels;
  private final int filters;
  private final int groups;
  private final Grouping grouping;

  SpecialCase(SscPattern pattern, int channels, int filters, int groups, Grouping grouping) {
    this.pattern = pattern;
    this.channels = channels;
    this.filters = filters;
    this.groups = groups;
    this.grouping = grouping;
  }

  /** Compares forward and both gradients of the pattern's layer with the standard operator. */
  void check(Engine engine, int stride, int padding, int count) {
    FeatureShape input = new FeatureShape(channels, 6, 5);
    // A pointwise layer's operator has 1x1 windows; its window inside 3x3 starts one cell later.
    int margin = this == POINTWISE ? 1 : 0;
    ReferenceConvolution standard =
        new ReferenceConvolution(
            input,
            filters,
            KERNEL - 2 * margin,
            KERNEL - 2 * margin,
            stride,
            padding,
            groups,
            grouping);
    Support support =
        new Support.Patterned(new WeightShape(filters, channels, KERNEL, KERNEL), pattern);
    Op.Convolution layer =
        new Op.Convolution("layer", "input", support, stride, padding + margin, false);
    // The identity makes logits of the layer's output.
    WeightShape identityShape = new WeightShape(standard.outputSize(), standard.outputSize(), 1, 1);
    Support identity =
        new Support.Patterned(identityShape, SscPattern.depthwise(standard.outputSize(), 1));
    NetworkSpec network =
        new NetworkSpec(
            name(),
            input,
            List.of(layer, new Op.FullyConnected("identity", "layer", identity, false)));

    RandomNetworks random = new RandomNetworks(ordinal());
    ParameterLayout layout = ParameterLayout.of(network);
    SupportLayout packing = layout.support("layer");
    float[] parameters = random.gaussians(layout.size());
    int weightOffset = layout.segment("layer", Role.WEIGHT).offset();
    int ones = layout.segment("identity", Role.WEIGHT).offset();
    Arrays.fill(parameters, ones, ones + standard.outputSize(), 1);
    double[] weights = standardWeights(standard, packing, parameters, weightOffset);
    float[] images = random.images(network, count);
    float[] slopes = random.gaussians(count * standard.outputSize());

    Step step =
        Replicas.step(engine, network, parameters, images, count, BatchNormMode.RUNNING, slopes);

    String what = name() + ", stride " + stride + ", padding " + padding + ", " + count + " images";
    assertClose(
        what + ", output",
        step.logits(),
        standard.forward(doubles(images), count, weights),
        TOLERANCE);
    assertClose(
        what + ", input gradient",
        step.inputGradient(),
        standard.inputGradient(doubles(slopes), count, weights),
        TOLERANCE);
    double[] weightGradient = standard.weightGradient(doubles(slopes), count, doubles(images));
    double[] expected = new double[packing.kept()];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = weightGradient[standardIndex(standard, packing, i)];
    }
    float[] actual =
        Arrays.copyOfRange(step.gradients(), weightOffset, weightOffset + packing.kept());
    assertClose(what + ", weight gradient", actual, expected, TOLERANCE);
  }

  private double[] standardWeights(
      ReferenceConvolution standard, SupportLayout packing, float[] parameters, int offset) {
    double[] weights = new double[standard.weightCount()];
    for (int i = 0; i < packing.kept(); i++) {
      weights[standardIndex(standard, packing, i)] = parameters[offset + i];
    }
    return weights;
  }

  /** The position in the operator's own weight array of a packed weight. */
  private int standardIndex(ReferenceConvolution standard, SupportLayout packing, int packed) {
    int dense = packing.denseIndex(packed);
    int column = dense % KERNEL;
    int row = dense / KERNEL % KERNEL;
    int channel = dense / (KERNEL * KERNEL) % channels;
    int filter = dense / (KERNEL * KERNEL) / channels;
    if (this == POINTWISE) {
      return filter * channels + channel;
    }
    for (int k = 0; k < standard.channelsOfGroup(); k++) {
      if (standard.channel(filter, k) == channel) {
        return ((filter * standard.channelsOfGroup() + k) * KERNEL + row) * KERNEL + column;
      }
    }
    throw new AssertionError(name() + ": filter " + filter + " must not read channel " + channel);
  }
}
