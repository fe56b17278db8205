package org.sscspark.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
              + " its weights to 'train --from', as an npz file whose arrays are named as"
              + " 'export --npz' names them");
    }
    NetworkSpec network = NetworkJson.read(metadata.get(NETWORK));
    OnnxTensors constants = OnnxTensors.of(file.getGraph(), name);
    ungroup(network, constants);
    NamedArrays arrays =
        new NamedArrays(
            name,
            constants.values(),
            constants.shapes(),
            "export it with --batch-norm kept and --convolutions plain");
    Metadata read = new Metadata(name, metadata);
    int channels = network.input().channels();
    return new PortableModel(
        network,
        arrays.parameters(network),
        read.list(CLASSES, network.classes(), new TypeReference<>() {}),
        new Normalization(
            read.list(MEAN, channels, new TypeReference<>() {}),
            read.list(STD, channels, new TypeReference<>() {})));
  }

  /** What a file says of its network as JSON. */
  private record Metadata(String file, Map<String, String> entries) {
    <T> List<T> list(String key, int length, TypeReference<List<T>> type) {
      String json = entries.get(key);
      List<T> list;
      try {
        list = JSON.readValue(json, type);
      } catch (JsonProcessingException e) {
        throw new BadInputException(unusable(key, "cannot be read: " + json), e);
      }
      if (list == null || list.contains(null)) {
        throw new BadInputException(unusable(key, "has a null: " + json));
      }
      if (list.size() != length) {
        throw new BadInputException(
            unusable(key, "has %s values where its network has %s".formatted(list.size(), length)));
      }
      return list;
    }

    private String unusable(String key, String why) {
      return "%s: metadata %s %s; export the model again".formatted(file, key, why);
    }
  }

  /** Weights of contiguous groups are stored without what lies between groups. */
  private static void ungroup(NetworkSpec network, OnnxTensors constants) {
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
