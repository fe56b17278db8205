package org.sscspark.engine.cuda;

/**
 * The output of an operator, or the network's input, and its gradient, on the GPU, of one layout.
 *
 * @param data the whole buffer, halo and all
 * @param gradient the same of the gradient: values in turn have one buffer, as planned; none where
 *     no logit depends on the value
 */
record CudaValue(CudaLayout layout, DeviceMemory data, DeviceMemory gradient) {
  int channels() {
    return layout.shape().channels();
  }

  /** From channel 0, row 0, column 0 on, as kernels take planes. */
  DeviceMemory inside() {
    return data.from(layout.origin());
  }

  /** The gradient from channel 0, row 0, column 0 on. */
  DeviceMemory gradientInside() {
    return gradient.equals(DeviceMemory.NONE) ? gradient : gradient.from(layout.origin());
  }
}
