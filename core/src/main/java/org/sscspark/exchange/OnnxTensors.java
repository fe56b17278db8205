package org.sscspark.exchange;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx;
import org.sscspark.config.BadInputException;

/**
 * The constants of single precision of an ONNX graph, dense or sparse. Their values are bytes or
 * numbers in the file, as many as the shape says.
 *
 * @param values by the constants' names, dense
 * @param shapes of all of them
 */
record OnnxTensors(Map<String, float[]> values, Map<String, ArrayShape> shapes) {
  /**
   * Reads a graph.
   *
   * @param file what the file is called, for messages
   * @throws BadInputException if a constant is not whole
   */
  static OnnxTensors of(Onnx.GraphProto graph, String file) {
    OnnxTensors tensors = new OnnxTensors(new HashMap<>(), new HashMap<>());
    for (Onnx.TensorProto tensor : graph.getInitializerList()) {
      if (isFloat(tensor)) {
        Stored stored = new Stored(file, tensor.getName(), tensor);
        tensors.put(tensor.getName(), stored.floats(), stored.shape(tensor.getDimsList()));
      }
    }
    for (Onnx.SparseTensorProto sparse : graph.getSparseInitializerList()) {
      if (isFloat(sparse.getValues())) {
        String name = sparse.getValues().getName();
        Stored values = new Stored(file, name, sparse.getValues());
        Stored indices = new Stored(file, "indices of " + name, sparse.getIndices());
        ArrayShape shape = values.shape(sparse.getDimsList());
        tensors.put(name, dense(values.floats(), indices, shape), shape);
      }
    }
    return tensors;
  }

  private static boolean isFloat(Onnx.TensorProto tensor) {
    return tensor.getDataType() == Onnx.TensorProto.DataType.FLOAT_VALUE;
  }

  private void put(String name, float[] array, ArrayShape shape) {
    values.put(name, array);
    shapes.put(name, shape);
  }

  /** Indices are places in the flat array. */
  private static float[] dense(float[] values, Stored indices, ArrayShape shape) {
    long[] places = indices.longs();
    if (places.length != values.length) {
      throw indices.broken(
          "are %s for %s values, where each value has one".formatted(places.length, values.length));
    }
    float[] dense = new float[(int) shape.size()];
    long before = -1;
    for (int i = 0; i < places.length; i++) {
      if (places[i] <= before || places[i] >= dense.length) {
        throw indices.broken(
            "must ascend and be below %s, and number %s is %s"
                .formatted(dense.length, i, places[i]));
      }
      before = places[i];
      dense[(int) before] = values[i];
    }
    return dense;
  }

  /** A tensor as the file has it, and what messages call it. */
  private record Stored(String file, String name, Onnx.TensorProto tensor) {
    float[] floats() {
      if (isOfBytes(tensor.getFloatDataCount(), Float.BYTES)) {
        float[] values = new float[tensor.getRawData().size() / Float.BYTES];
        bytes().asFloatBuffer().get(values);
        return values;
      }
      float[] values = new float[tensor.getFloatDataCount()];
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.getFloatData(i);
      }
      return values;
    }

    long[] longs() {
      if (tensor.getDataType() != Onnx.TensorProto.DataType.INT64_VALUE) {
        throw broken("are no 64-bit integers");
      }
      if (isOfBytes(tensor.getInt64DataCount(), Long.BYTES)) {
        long[] values = new long[tensor.getRawData().size() / Long.BYTES];
        bytes().asLongBuffer().get(values);
        return values;
      }
      return tensor.getInt64DataList().stream().mapToLong(Long::longValue).toArray();
    }

    /** Whether the values are bytes, or else numbers; all are there. */
    private boolean isOfBytes(int numbers, int width) {
      if (tensor.getDataLocation() == Onnx.TensorProto.DataLocation.EXTERNAL) {
        throw broken("has its values in a file beside it");
      }
      long needed = shape(tensor.getDimsList()).size();
      long bytes = tensor.getRawData().size();
      boolean isOfBytes = bytes > 0;
      if (isOfBytes ? bytes != needed * width : numbers != needed) {
        throw broken(
            isOfBytes
                ? "has %s bytes, its shape needs %s".formatted(bytes, needed * width)
                : "has %s values, its shape needs %s".formatted(numbers, needed));
      }
      return isOfBytes;
    }

    private ByteBuffer bytes() {
      return tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    ArrayShape shape(List<Long> lengths) {
      if (lengths.stream().anyMatch(length -> length < 0 || length > Integer.MAX_VALUE)) {
        throw broken("has no lengths of an array: " + lengths);
      }
      return new ArrayShape(lengths.stream().map(Long::intValue).toList());
    }

    BadInputException broken(String what) {
      return new BadInputException(
          "%s: %s %s; export the model again, or write the file with all values in it"
              .formatted(file, name, what));
    }
  }
}
