package org.sscspark.engine.nd4j;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Copies between the Java heap and ND4J arrays as blocks of memory. Arrays must be contiguous in
 * 'c' order; views are fine.
 */
public final class HostMemory {
  private HostMemory() {}

  /** Copies a whole FLOAT array into {@code to}, from {@code offset} on. */
  public static void read(INDArray from, float[] to, int offset) {
    int length = readable(from, DataType.FLOAT, to.length - offset);
    floats(from).get(to, offset, length);
  }

  /** Fills a whole FLOAT array with {@code from}, from {@code offset} on. */
  public static void write(float[] from, int offset, INDArray to) {
    int length = readable(to, DataType.FLOAT, from.length - offset);
    floats(to).put(from, offset, length);
    Nd4j.getAffinityManager().tagLocation(to, Location.HOST);
  }

  /** Copies a whole DOUBLE array into {@code to}, from {@code offset} on. */
  public static void read(INDArray from, double[] to, int offset) {
    int length = readable(from, DataType.DOUBLE, to.length - offset);
    doubles(from).get(to, offset, length);
  }

  /** Fills a whole DOUBLE array with {@code from}, from {@code offset} on. */
  public static void write(double[] from, int offset, INDArray to) {
    int length = readable(to, DataType.DOUBLE, from.length - offset);
    doubles(to).put(from, offset, length);
    Nd4j.getAffinityManager().tagLocation(to, Location.HOST);
  }

  private static int readable(INDArray array, DataType type, int room) {
    if (array.dataType() != type) {
      throw new IllegalArgumentException("The array must be " + type + ", was " + array.dataType());
    }
    if (!isContiguous(array)) {
      throw new IllegalArgumentException("The array must be contiguous in 'c' order");
    }
    if (array.length() > room) {
      throw new IllegalArgumentException(
          "The array has " + array.length() + " values, the heap has room for " + room);
    }
    Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
    return (int) array.length();
  }

  private static boolean isContiguous(INDArray array) {
    long expected = 1;
    for (int dimension = array.rank() - 1; dimension >= 0; dimension--) {
      if (array.size(dimension) != 1 && array.stride(dimension) != expected) {
        return false;
      }
      expected *= array.size(dimension);
    }
    return true;
  }

  private static FloatPointer floats(INDArray array) {
    return new FloatPointer(array.data().pointer()).position(array.offset());
  }

  private static DoublePointer doubles(INDArray array) {
    return new DoublePointer(array.data().pointer()).position(array.offset());
  }
}
