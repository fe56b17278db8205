package org.sscspark.engine.cuda;

import org.sscspark.network.ParameterLayout;

/** What all steps of a replica share. */
final class Machine {
  final CudaStream stream;
  final ParameterLayout layout;
  final DeviceMemory parameters;
  final DeviceMemory gradients;
  final Batch batch;
  final PackedWeights packedWeights;

  private DeviceMemory partialSums = DeviceMemory.NONE;

  Machine(CudaStream stream, ParameterLayout layout, Batch batch) {
    this.stream = stream;
    this.layout = layout;
    this.batch = batch;
    this.parameters = stream.allocateWords(layout.size());
    this.gradients = stream.allocateWords(layout.size());
    this.packedWeights = new PackedWeights(stream);
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
  Grid planeGrid(Layout of) {
    return Grid.ofWarps(Grid.ceilDiv(of.positions(), 8), of.shape().channels(), batch.chunks(), 8);
  }

  /** Blocks that turn [image][value] around into features, or back, for so many images. */
  static Grid squares(Layout of, int images) {
    return Grid.ofWarps(
        Grid.ceilDiv(of.shape().size(), Batch.WARP), Grid.ceilDiv(images, Batch.WARP), 1, 8);
  }

  static int flag(boolean condition) {
    return condition ? 1 : 0;
  }
}
