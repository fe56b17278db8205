package org.sscspark.engine.cuda;

import org.sscspark.engine.BatchNormMode;

/** The minibatch of the current step. A chunk is the images of one warp. */
final class CudaMinibatch {
  static final int WARP = 32;

  private final int images;
  private final int imagesPerThread;
  private int count;
  private BatchNormMode mode = BatchNormMode.RUNNING;

  /** Places for {@code capacity} images and as many more as make whole chunks. */
  CudaMinibatch(int capacity) {
    this.imagesPerThread = capacity <= WARP ? 1 : capacity <= 2 * WARP ? 2 : 4;
    int chunk = WARP * imagesPerThread;
    this.images = Math.multiplyExact(Grid.ceilDiv(capacity, chunk), chunk);
  }

  void set(int examples, BatchNormMode normMode) {
    count = examples;
    mode = normMode;
  }

  /** The places for images in every buffer. */
  int images() {
    return images;
  }

  int imagesPerThread() {
    return imagesPerThread;
  }

  /** The number of examples. */
  int count() {
    return count;
  }

  BatchNormMode mode() {
    return mode;
  }

  /** The chunks that hold examples. */
  int chunks() {
    return Grid.ceilDiv(count, WARP * imagesPerThread);
  }

  /** The places for images in the chunks that hold examples. */
  int places() {
    return chunks() * WARP * imagesPerThread;
  }

  /** The chunks of a full buffer. */
  int mostChunks() {
    return images / (WARP * imagesPerThread);
  }
}
