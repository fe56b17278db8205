package org.sscspark.engine.cuda;

/**
 * What a step has to do at least, for one image.
 *
 * @param floats values read and written, each once a pass
 * @param multiplyAdds of weights that exist
 */
record Cost(long floats, long multiplyAdds) {
  /** Passes over the values of one image, without arithmetic worth counting. */
  static Cost ofPasses(int passes, CudaLayout layout) {
    return new Cost((long) passes * layout.shape().size(), 0);
  }
}
