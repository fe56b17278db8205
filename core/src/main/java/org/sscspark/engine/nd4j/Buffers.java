package org.sscspark.engine.nd4j;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Op;

/**
 * Named off-heap arrays that are used again from step to step, so that training does not wait for
 * the garbage collector to return native memory. They live outside any workspace that happens to be
 * open.
 */
final class Buffers implements AutoCloseable {
  private final DataType type;
  private final Map<String, INDArray> arrays = new LinkedHashMap<>();

  Buffers(DataType type) {
    this.type = type;
  }

  /** The precision of the arrays. */
  DataType type() {
    return type;
  }

  /** Returns the array of this name, with arbitrary content; a new one where the shape changed. */
  INDArray take(String name, long... shape) {
    INDArray array = arrays.get(name);
    if (array != null && Arrays.equals(array.shape(), shape)) {
      return array;
    }
    if (array != null) {
      array.close();
    }
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray created = Nd4j.createUninitialized(type, shape, 'c');
      arrays.put(name, created);
      return created;
    }
  }

  /** Returns the array of the output of an operator of one input, with arbitrary content. */
  INDArray takeOutput(Op op, INDArray input) {
    FeatureShape in =
        new FeatureShape((int) input.size(1), (int) input.size(2), (int) input.size(3));
    FeatureShape out = op.output(List.of(in));
    return take("output", input.size(0), out.channels(), out.height(), out.width());
  }

  /** Returns the array of this name, filled with these values. */
  INDArray fill(String name, double[] values, long... shape) {
    INDArray array = take(name, shape);
    if (type == DataType.DOUBLE) {
      HostMemory.write(values, 0, array);
    } else {
      float[] rounded = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        rounded[i] = (float) values[i];
      }
      HostMemory.write(rounded, 0, array);
    }
    return array;
  }

  /** Returns an array's values. */
  double[] values(INDArray array) {
    double[] values = new double[(int) array.length()];
    if (type == DataType.DOUBLE) {
      HostMemory.read(array, values, 0);
    } else {
      float[] single = new float[values.length];
      HostMemory.read(array, single, 0);
      for (int i = 0; i < values.length; i++) {
        values[i] = single[i];
      }
    }
    return values;
  }

  @Override
  public void close() {
    arrays.values().forEach(INDArray::close);
    arrays.clear();
  }
}
