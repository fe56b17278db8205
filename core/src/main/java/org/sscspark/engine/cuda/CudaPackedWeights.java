package org.sscspark.engine.cuda;

import java.util.ArrayList;
import java.util.List;

/**
 * The weights of all correlations in the order in which their kernels read them, gathered anew from
 * the flat vector before every forward.
 */
final class CudaPackedWeights {
  private static final int THREADS = 256;

  private final CudaStream stream;
  private final List<int[]> parts = new ArrayList<>();
  private int length;
  private DeviceMemory indices;
  private DeviceMemory packed;

  CudaPackedWeights(CudaStream stream) {
    this.stream = stream;
  }

  /**
   * Adds weights, before {@link #complete}.
   *
   * @param part indices into the flat vector; -1 for a weight that is zero
   * @return where they start in {@link #packed}
   */
  int add(int[] part) {
    int start = length;
    parts.add(part);
    length = Math.addExact(length, part.length);
    return start;
  }

  /** Makes the tables once everything is added. */
  void complete() {
    int[] all = new int[length];
    int next = 0;
    for (int[] part : parts) {
      System.arraycopy(part, 0, all, next, part.length);
      next += part.length;
    }
    parts.clear();
    indices = stream.table(all);
    packed = stream.allocateWords(length);
  }

  /** Gathers all weights. */
  void gather(DeviceMemory parameters) {
    if (length > 0) {
      stream.launch(
          "gather_weights", Grid.ofThreads(length, THREADS), parameters, indices, packed, length);
    }
  }

  DeviceMemory packed() {
    return packed;
  }
}
