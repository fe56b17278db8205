package org.sscspark.engine.nd4j;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.pattern.SupportLayout;

/** Packed weights in ND4J arrays, of FLOAT or DOUBLE. */
public final class PackedWeights {
  private PackedWeights() {}

  /** Spreads packed weights into a dense array [F, C, kH, kW]; the others become zero. */
  public static void spread(SupportLayout layout, INDArray packed, INDArray dense) {
    if (packed.dataType() == DataType.DOUBLE) {
      double[] heap = new double[layout.kept()];
      HostMemory.read(packed, heap, 0);
      new FlatVector.Doubles(heap).spread(layout, 0, dense);
    } else {
      float[] heap = new float[layout.kept()];
      HostMemory.read(packed, heap, 0);
      new FlatVector.Floats(heap).spread(layout, 0, dense);
    }
  }

  /** Gathers the kept weights of a dense array [F, C, kH, kW]. */
  public static void gather(SupportLayout layout, INDArray dense, INDArray packed) {
    if (packed.dataType() == DataType.DOUBLE) {
      double[] heap = new double[layout.kept()];
      new FlatVector.Doubles(heap).gather(dense, layout, 0);
      HostMemory.write(heap, 0, packed);
    } else {
      float[] heap = new float[layout.kept()];
      new FlatVector.Floats(heap).gather(dense, layout, 0);
      HostMemory.write(heap, 0, packed);
    }
  }
}
