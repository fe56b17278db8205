package org.sscspark.engine;

import org.sscspark.network.FeatureShape;

/**
 * Grouped convolution as its definition's plain loops, in double precision, with the gradients that
 * the same loops give. Weights are [filters, channels / groups, kH, kW]; group of a channel is
 * contiguous, or, where channels are interleaved, the channel modulo the groups.
 */
record ReferenceConvolution(
    FeatureShape input,
    int filters,
    int kernelHeight,
    int kernelWidth,
    int stride,
    int padding,
    int groups,
    Grouping grouping) {

  enum Grouping {
    CONTIGUOUS,
    INTERLEAVED
  }

  int outputHeight() {
    return (input.height() + 2 * padding - kernelHeight) / stride + 1;
  }

  int outputWidth() {
    return (input.width() + 2 * padding - kernelWidth) / stride + 1;
  }

  int outputSize() {
    return filters * outputHeight() * outputWidth();
  }

  int channelsOfGroup() {
    return input.channels() / groups;
  }

  int weightCount() {
    return filters * channelsOfGroup() * kernelHeight * kernelWidth;
  }

  /** The channel of the input that filter f's k-th channel reads. */
  int channel(int filter, int k) {
    return grouping == Grouping.CONTIGUOUS
        ? filter / (filters / groups) * channelsOfGroup() + k
        : k * groups + filter % groups;
  }

  double[] forward(double[] images, int count, double[] weights) {
    double[] output = new double[count * outputSize()];
    visit(count, (out, in, w) -> output[out] += images[in] * weights[w]);
    return output;
  }

  double[] inputGradient(double[] outputGradient, int count, double[] weights) {
    double[] gradient = new double[count * input.size()];
    visit(count, (out, in, w) -> gradient[in] += outputGradient[out] * weights[w]);
    return gradient;
  }

  double[] weightGradient(double[] outputGradient, int count, double[] images) {
    double[] gradient = new double[weightCount()];
    visit(count, (out, in, w) -> gradient[w] += outputGradient[out] * images[in]);
    return gradient;
  }

  private interface Product {
    void add(int output, int input, int weight);
  }

  private void visit(int count, Product product) {
    int out = 0;
    for (int n = 0; n < count; n++) {
      for (int f = 0; f < filters; f++) {
        for (int y = 0; y < outputHeight(); y++) {
          for (int x = 0; x < outputWidth(); x++, out++) {
            visitWindow(n, f, y * stride - padding, x * stride - padding, out, product);
          }
        }
      }
    }
  }

  private void visitWindow(int n, int f, int top, int left, int out, Product product) {
    int w = f * channelsOfGroup() * kernelHeight * kernelWidth;
    for (int k = 0; k < channelsOfGroup(); k++) {
      int plane = (n * input.channels() + channel(f, k)) * input.height() * input.width();
      for (int i = 0; i < kernelHeight; i++) {
        for (int j = 0; j < kernelWidth; j++, w++) {
          int row = top + i;
          int column = left + j;
          if (row >= 0 && row < input.height() && column >= 0 && column < input.width()) {
            product.add(out, plane + row * input.width() + column, w);
          }
        }
      }
    }
  }
}
