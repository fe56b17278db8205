package org.sscspark.dl4j;

import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sscspark.engine.nd4j.PackedWeights;
import org.sscspark.network.FanIn;
import org.sscspark.pattern.FilterClass;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;

/**
 * Initial weights of an {@link SscConvolution}: DL4J's initialiser fills the dense array [F, C, kH,
 * kW], and the kept weights are taken from it.
 *
 * @param stepsPerOutput the product of the strides, by which DL4J divides the fan-out
 */
record InitialWeights(
    IWeightInit initialiser, SupportLayout layout, FanIn fanIn, int stepsPerOutput) {

  static InitialWeights of(SscConvolution layer) {
    int[] stride = layer.getStride();
    return new InitialWeights(
        layer.getWeightInitFn(), layer.layout(), layer.fanIn(), stride[0] * stride[1]);
  }

  /** Fills the packed weights, a 1-D view. */
  void fill(INDArray packed) {
    Contiguous.fill(packed, fanIn == FanIn.DENSE ? this::byDenseFanIn : this::byKeptFanIn);
  }

  private void byDenseFanIn(INDArray packed) {
    PackedWeights.gather(layout, draw(packed, 1), packed);
  }

  /** Filters that keep equally many weights share a draw, in order of their number. */
  private void byKeptFanIn(INDArray packed) {
    INDArray drawn = packed.ulike();
    int filterSize = layout.shape().filterSize();
    layout.classes().stream()
        .mapToInt(filters -> filters.taps().length)
        .filter(taps -> taps > 0)
        .sorted()
        .distinct()
        .forEach(
            taps -> {
              PackedWeights.gather(layout, draw(packed, (double) taps / filterSize), drawn);
              layout.classes().stream()
                  .filter(filters -> filters.taps().length == taps)
                  .forEach(filters -> copy(filters, drawn, packed));
            });
  }

  private static void copy(FilterClass filters, INDArray from, INDArray to) {
    for (int i = filters.packedOffset(); i < filters.packedOffset() + filters.size(); i++) {
      to.putScalar(i, from.getDouble(i));
    }
  }

  /**
   * Draws the dense array.
   *
   * @param share by which fan-in and fan-out are multiplied
   */
  private INDArray draw(INDArray like, double share) {
    WeightShape shape = layout.shape();
    double inputs = share * shape.filterSize();
    double outputs = share * shape.filters() * shape.window() / stepsPerOutput;
    long[] dimensions = {
      shape.filters(), shape.channels(), shape.kernelHeight(), shape.kernelWidth()
    };
    INDArray memory = Nd4j.create(like.dataType(), shape.size());
    return initialiser.init(inputs, outputs, dimensions, 'c', memory);
  }
}
