package org.sscspark.engine.nd4j;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.network.ParameterLayout.Segment;
import org.sscspark.pattern.SupportLayout;

/**
 * A network's flat vector on the heap, in single or double precision, as the operators read and
 * write it.
 */
sealed interface FlatVector permits FlatVector.Floats, FlatVector.Doubles {
  /** The precision, and that of the arrays that the vector fills. */
  DataType type();

  /** Returns a copy of a segment. */
  double[] segment(Segment segment);

  /** Overwrites a segment. */
  void setSegment(Segment segment, double[] values);

  /**
   * Spreads the packed weights from {@code offset} on into a dense array [F, C, kH, kW]; the others
   * become zero.
   */
  void spread(SupportLayout layout, int offset, INDArray dense);

  /** Gathers the kept weights of a dense array [F, C, kH, kW], from {@code offset} on. */
  void gather(INDArray dense, SupportLayout layout, int offset);

  /** Single precision. */
  @SuppressWarnings("ArrayRecordComponent") // The caller's live vector.
  record Floats(float[] values) implements FlatVector {
    @Override
    public DataType type() {
      return DataType.FLOAT;
    }

    @Override
    public double[] segment(Segment segment) {
      double[] copy = new double[segment.length()];
      for (int i = 0; i < copy.length; i++) {
        copy[i] = values[segment.offset() + i];
      }
      return copy;
    }

    @Override
    public void setSegment(Segment segment, double[] source) {
      for (int i = 0; i < source.length; i++) {
        values[segment.offset() + i] = (float) source[i];
      }
    }

    @Override
    public void spread(SupportLayout layout, int offset, INDArray dense) {
      HostMemory.write(layout.dense(values, offset), 0, dense);
    }

    @Override
    public void gather(INDArray dense, SupportLayout layout, int offset) {
      float[] heap = new float[layout.shape().size()];
      HostMemory.read(dense, heap, 0);
      layout.pack(heap, values, offset);
    }
  }

  /** Double precision. */
  @SuppressWarnings("ArrayRecordComponent") // The caller's live vector.
  record Doubles(double[] values) implements FlatVector {
    @Override
    public DataType type() {
      return DataType.DOUBLE;
    }

    @Override
    public double[] segment(Segment segment) {
      double[] copy = new double[segment.length()];
      System.arraycopy(values, segment.offset(), copy, 0, copy.length);
      return copy;
    }

    @Override
    public void setSegment(Segment segment, double[] source) {
      System.arraycopy(source, 0, values, segment.offset(), source.length);
    }

    @Override
    public void spread(SupportLayout layout, int offset, INDArray dense) {
      double[] heap = new double[layout.shape().size()];
      for (int i = 0; i < layout.kept(); i++) {
        heap[layout.denseIndex(i)] = values[offset + i];
      }
      HostMemory.write(heap, 0, dense);
    }

    @Override
    public void gather(INDArray dense, SupportLayout layout, int offset) {
      double[] heap = new double[layout.shape().size()];
      HostMemory.read(dense, heap, 0);
      for (int i = 0; i < layout.kept(); i++) {
        values[offset + i] = heap[layout.denseIndex(i)];
      }
    }
  }
}
