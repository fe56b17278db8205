package org.sscspark.engine.cuda;

import org.sscspark.network.ParameterLayout;

/** What all steps of a replica share. */
final class CudaWorkspace {
  final CudaStream stream;

  /** Where each parameter is in {@link #parameters} and {@link #gradients}. */
  final ParameterLayout parameterLayout;

  final DeviceMemory parameters;
  final DeviceMemory gradients;
  final CudaMinibatch batch;
  final CudaPackedWeights packedWeights;

  private DeviceMemory partialSums = DeviceMemory.NONE;

  /**
   * Makes what steps share.
   *
   * @param trains whether there are gradients
   */
  CudaWorkspace(
      CudaStream stream, ParameterLayout parameterLayout, CudaMinibatch batch, boolean trains) {
    this.stream = stream;
    this.parameterLayout = parameterLayout;
    this.batch = batch;
    this.parameters = stream.allocateWords(parameterLayout.size());
    this.gradients = trains ? stream.allocateWords(parameterLayout.size()) : DeviceMemory.NONE;
    this.packedWeights = new CudaPackedWeights(stream);
  }

  /** Makes sure that {@link #partialSums} has room for so many floats. */
  void reservePartialSums(long floats) {
    if (partialSums.bytes() < floats * Float.BYTES) {
      // The smaller buffer stays until the replica is closed: growing is rare and early.
      partialSums = stream.allocateWords(floats);
    }
  }

  /** Scratch of one step at a time. */
  DeviceMemory partialSums() {
    return partialSums;
  }

  /** Blocks of eight positions by channels by chunks. */
  Grid planeGrid(CudaLayout of) {
    return Grid.ofWarps(Grid.ceilDiv(of.positions(), 8), of.shape().channels(), batch.chunks(), 8);
  }

  /** Blocks that turn [image][value] around into features, or back, for so many images. */
  static Grid squares(CudaLayout of, int images) {
    return Grid.ofWarps(
        Grid.ceilDiv(of.shape().size(), CudaMinibatch.WARP),
        Grid.ceilDiv(images, CudaMinibatch.WARP),
        1,
        8);
  }

  static int flag(boolean condition) {
    return condition ? 1 : 0;
  }
}
