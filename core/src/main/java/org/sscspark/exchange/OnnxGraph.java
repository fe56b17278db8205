package org.sscspark.exchange;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import onnx.Onnx;
import org.nd4j.shade.protobuf.ByteString;

/**
 * Nodes and constants of an ONNX graph, as they are added. A node's one output has the node's name.
 */
final class OnnxGraph {
  /** The dimension that is free. */
  private static final String BATCH = "batch";

  /** Bytes of a sparse initializer for each value: a float and its 64-bit index. */
  private static final int SPARSE_BYTES = Float.BYTES + Long.BYTES;

  private final Onnx.GraphProto.Builder graph = Onnx.GraphProto.newBuilder();
  private final Set<String> constants = new HashSet<>();

  OnnxGraph(String name) {
    graph.setName(name);
  }

  /** Declares the graph's input of single-precision numbers [batch, dimensions]. */
  void input(String name, int... dimensions) {
    graph.addInput(value(name, dimensions));
  }

  /** Declares the graph's output of single-precision numbers [batch, dimensions]. */
  void output(String name, int... dimensions) {
    graph.addOutput(value(name, dimensions));
  }

  private static Onnx.ValueInfoProto value(String name, int... dimensions) {
    Onnx.TensorShapeProto.Builder shape = Onnx.TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam(BATCH);
    for (int dimension : dimensions) {
      shape.addDimBuilder().setDimValue(dimension);
    }
    return Onnx.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            Onnx.TypeProto.newBuilder()
                .setTensorType(
                    Onnx.TypeProto.Tensor.newBuilder()
                        .setElemType(Onnx.TensorProto.DataType.FLOAT_VALUE)
                        .setShape(shape)))
        .build();
  }

  /** Adds a node and returns its output. */
  String node(String type, String name, List<String> inputs, Onnx.AttributeProto... attributes) {
    graph.addNode(
        Onnx.NodeProto.newBuilder()
            .setOpType(type)
            .setName(name)
            .addAllInput(inputs)
            .addOutput(name)
            .addAllAttribute(Arrays.asList(attributes)));
    return name;
  }

  static Onnx.AttributeProto attribute(String name, long value) {
    return Onnx.AttributeProto.newBuilder()
        .setName(name)
        .setType(Onnx.AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static Onnx.AttributeProto attribute(String name, float value) {
    return Onnx.AttributeProto.newBuilder()
        .setName(name)
        .setType(Onnx.AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  static Onnx.AttributeProto attribute(String name, int... values) {
    return Onnx.AttributeProto.newBuilder()
        .setName(name)
        .setType(Onnx.AttributeProto.AttributeType.INTS)
        .addAllInts(Arrays.stream(values).asLongStream().boxed().toList())
        .build();
  }

  /** Adds a constant of single-precision numbers and returns its name. */
  String constant(String name, float[] values, int... dimensions) {
    graph.addInitializer(tensor(name, values, dimensions));
    return name;
  }

  /** Adds the same as the list of its values that are not zero, if that is smaller. */
  String sparseConstant(String name, float[] values, int... dimensions) {
    int[] places = IntStream.range(0, values.length).filter(i -> values[i] != 0).toArray();
    if ((long) places.length * SPARSE_BYTES >= (long) values.length * Float.BYTES) {
      return constant(name, values, dimensions);
    }
    float[] kept = new float[places.length];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = values[places[i]];
    }
    graph.addSparseInitializer(
        Onnx.SparseTensorProto.newBuilder()
            .setValues(tensor(name, kept, kept.length))
            .setIndices(tensor(name + ".indices", places))
            .addAllDims(Arrays.stream(dimensions).asLongStream().boxed().toList()));
    return name;
  }

  /** Adds a constant list of integers, once, and returns its name. */
  String constant(String name, int... values) {
    if (constants.add(name)) {
      graph.addInitializer(tensor(name, values));
    }
    return name;
  }

  private static Onnx.TensorProto tensor(String name, float[] values, int... dimensions) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return Onnx.TensorProto.newBuilder()
        .setName(name)
        .setDataType(Onnx.TensorProto.DataType.FLOAT_VALUE)
        .addAllDims(Arrays.stream(dimensions).asLongStream().boxed().toList())
        .setRawData(ByteString.copyFrom(bytes))
        .build();
  }

  private static Onnx.TensorProto tensor(String name, int[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Long.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(Arrays.stream(values).asLongStream().toArray());
    return Onnx.TensorProto.newBuilder()
        .setName(name)
        .setDataType(Onnx.TensorProto.DataType.INT64_VALUE)
        .addDims(values.length)
        .setRawData(ByteString.copyFrom(bytes))
        .build();
  }

  Onnx.GraphProto build() {
    return graph.build();
  }
}
