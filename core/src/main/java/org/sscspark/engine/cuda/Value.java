package org.sscspark.engine.cuda;

/** The output of an operator, or the network's input, and its gradient, on the GPU. */
final class Value {
  final Layout layout;

  private final CudaStream stream;
  private final DeviceMemory data;
  private DeviceMemory gradient;

  Value(CudaStream stream, Layout layout) {
    this.stream = stream;
    this.layout = layout;
    this.data = stream.allocateWords(layout.length());
  }

  int channels() {
    return layout.shape().channels();
  }

  /** The whole buffer, border and all. */
  DeviceMemory data() {
    return data;
  }

  /** From channel 0, row 0, column 0 on, as kernels take planes. */
  DeviceMemory inside() {
    return data.from(layout.origin());
  }

  /** The whole buffer of the gradient, of the same layout. */
  DeviceMemory gradient() {
    return gradient;
  }

  /** The gradient from channel 0, row 0, column 0 on. */
  DeviceMemory gradientInside() {
    return gradient.from(layout.origin());
  }

  /**
   * Called while backward is planned, last step first: gives the gradient a buffer unless it has
   * one.
   *
   * @return whether it had one: the claimant adds to what a step before it wrote
   */
  boolean claimGradient() {
    if (gradient != null) {
      return true;
    }
    gradient = stream.allocateWords(layout.length());
    return false;
  }

  /** As {@link #claimGradient}, but the buffer is that of another value of the same layout. */
  boolean claimGradientOf(Value dying) {
    if (gradient != null) {
      return true;
    }
    gradient = dying.gradient;
    return false;
  }
}
