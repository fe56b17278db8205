package org.sscspark.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;
import org.sscspark.config.BadInputException;
import org.sscspark.config.BuildVersion;
import org.sscspark.data.Normalization;
import org.sscspark.network.NetworkJson;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout.Role;

/**
 * Models as ONNX files (onnx.ai, IR version {@value #IR_VERSION}, opset {@value #OPSET} of the
 * default domain). The batch dimension is free; the output {@code logits} is [batch, classes]. The
 * file's metadata says what the graph does not: the network with its patterns, class names, mean
 * and std, each as JSON.
 */
public final class OnnxFile {
  /** The version of the operators. */
  public static final int OPSET = 15;

  private static final int IR_VERSION = 8;
  private static final String NETWORK = "ssc-spark.network";
  private static final String CLASSES = "ssc-spark.classes";
  private static final String MEAN = "ssc-spark.mean";
  private static final String STD = "ssc-spark.std";

  /** What {@link #STD} was called before. */
  private static final String FORMER_STD = "ssc-spark.deviation";

  private static final JsonMapper JSON = new JsonMapper();

  private OnnxFile() {}

  /** Writes a model. Equal models give equal bytes. */
  public static void write(PortableModel model, OnnxForm form, OutputStream out)
      throws IOException {
    Onnx.ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("ssc-spark")
        .setProducerVersion(BuildVersion.current().version())
        .addOpsetImport(Onnx.OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(OnnxNetwork.graph(model, form))
        .addMetadataProps(entry(NETWORK, NetworkJson.write(model.network())))
        .addMetadataProps(entry(CLASSES, json(model.classes())))
        .addMetadataProps(entry(MEAN, json(model.normalization().mean())))
        .addMetadataProps(entry(STD, json(model.normalization().std())))
        .build()
        .writeTo(out);
  }

  private static Onnx.StringStringEntryProto entry(String key, String value) {
    return Onnx.StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static String json(List<?> list) {
    try {
      return JSON.writeValueAsString(list);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + list, e);
    }
  }

  /**
   * Reads what {@link #write} wrote with plain convolutions and batch norm kept.
   *
   * @param name what the file is called, for messages
   * @throws BadInputException if it is another file, or one of another form
   */
  public static PortableModel read(InputStream in, String name) throws IOException {
    Onnx.ModelProto file;
    try {
      file = Onnx.ModelProto.parseFrom(in);
    } catch (InvalidProtocolBufferException e) {
      throw new BadInputException(name + " is no ONNX file: " + e.getMessage(), e);
    }
    Map<String, String> metadata = new HashMap<>();
    file.getMetadataPropsList().forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
    metadata.computeIfAbsent(STD, absent -> metadata.get(FORMER_STD));
    if (!metadata.keySet().containsAll(List.of(NETWORK, CLASSES, MEAN, STD))) {
      throw new BadInputException(
          name
              + " was not written by 'export --onnx': it does not say which network it holds; give"
              + " its weights as an npz file whose arrays are named as 'export --npz' names them");
    }
    NetworkSpec network = NetworkJson.read(metadata.get(NETWORK));
    Constants constants = constants(file.getGraph());
    ungroup(network, constants);
    NamedArrays arrays =
        new NamedArrays(
            name,
            constants.values(),
            constants.shapes(),
            "export it with --batch-norm kept and --convolutions plain");
    return new PortableModel(
        network,
        arrays.parameters(network),
        list(metadata.get(CLASSES), new TypeReference<>() {}),
        new Normalization(
            list(metadata.get(MEAN), new TypeReference<>() {}),
            list(metadata.get(STD), new TypeReference<>() {})));
  }

  private static <T> List<T> list(String json, TypeReference<List<T>> type) {
    try {
      List<T> list = JSON.readValue(json, type);
      if (list == null || list.contains(null)) {
        throw new BadInputException("The ONNX file's metadata has a null: " + json);
      }
      return list;
    } catch (JsonProcessingException e) {
      throw new BadInputException("The ONNX file's metadata cannot be read: " + json, e);
    }
  }

  /** A graph's constants and their shapes, by their names. */
  private record Constants(Map<String, float[]> values, Map<String, ArrayShape> shapes) {
    void put(String name, float[] array, List<Long> lengths) {
      values.put(name, array);
      shapes.put(name, new ArrayShape(lengths.stream().map(Math::toIntExact).toList()));
    }
  }

  private static Constants constants(Onnx.GraphProto graph) {
    Constants constants = new Constants(new HashMap<>(), new HashMap<>());
    for (Onnx.TensorProto tensor : graph.getInitializerList()) {
      if (tensor.getDataType() == Onnx.TensorProto.DataType.FLOAT_VALUE) {
        constants.put(tensor.getName(), floats(tensor), tensor.getDimsList());
      }
    }
    for (Onnx.SparseTensorProto sparse : graph.getSparseInitializerList()) {
      long size = sparse.getDimsList().stream().reduce(1L, Math::multiplyExact);
      float[] dense = new float[Math.toIntExact(size)];
      float[] values = floats(sparse.getValues());
      ByteBuffer indices = bytes(sparse.getIndices());
      for (float value : values) {
        dense[Math.toIntExact(indices.getLong())] = value;
      }
      constants.put(sparse.getValues().getName(), dense, sparse.getDimsList());
    }
    return constants;
  }

  private static float[] floats(Onnx.TensorProto tensor) {
    ByteBuffer bytes = bytes(tensor);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private static ByteBuffer bytes(Onnx.TensorProto tensor) {
    return tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Weights of contiguous groups are stored without what lies between groups. */
  private static void ungroup(NetworkSpec network, Constants constants) {
    for (Op.Weighted op : network.weighted()) {
      if (op instanceof Op.Convolution convolution && convolution.groups() > 1) {
        ChannelGroups groups =
            ChannelGroups.contiguous(convolution.support().shape(), convolution.groups());
        String name = NamedArrays.name(op.name(), Role.WEIGHT);
        float[] stored = constants.values().get(name);
        if (stored != null && stored.length == groups.groupedShape().size()) {
          constants.values().put(name, groups.dense(stored));
          constants.shapes().put(name, ArrayShape.ofWeights(op).get(0));
        }
      }
    }
  }
}
