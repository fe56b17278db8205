package org.sscspark.engine.cuda;

import org.sscspark.engine.plan.StepMinibatch;

/** A minibatch in chunks: the images of one warp. */
final class CudaMinibatch extends StepMinibatch {
  static final int WARP = 32;

  private final int images;
  private final int imagesPerThread;

  /** Places for {@code capacity} images and as many more as make whole chunks. */
  CudaMinibatch(int capacity) {
    this.imagesPerThread = capacity <= WARP ? 1 : capacity <= 2 * WARP ? 2 : 4;
    int chunk = WARP * imagesPerThread;
    this.images = Math.multiplyExact(Grid.ceilDiv(capacity, chunk), chunk);
  }

  /** The places for images in every buffer. */
  int images() {
    return images;
  }

  int imagesPerThread() {
    return imagesPerThread;
  }

  /** The chunks that hold examples. */
  int chunks() {
    return Grid.ceilDiv(count(), WARP * imagesPerThread);
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
