package org.sscspark.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.sscspark.config.BadInputException;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

/** Networks as JSON: an exact round trip, in which a pattern is a few numbers. */
public final class NetworkJson {
  private static final int FORMAT = 1;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private NetworkJson() {}

  /** Returns a network as one line of JSON. */
  public static String write(NetworkSpec network) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("format", FORMAT);
    root.put("name", network.name());
    root.putArray("input")
        .add(network.input().channels())
        .add(network.input().height())
        .add(network.input().width());
    ArrayNode ops = root.putArray("ops");
    for (Op op : network.ops()) {
      ops.add(write(op));
    }
    try {
      return MAPPER.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write network " + network.name(), e);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws BadInputException if it is not such JSON, or not a valid network
   */
  public static NetworkSpec read(String json) {
    try {
      JsonNode root = MAPPER.readTree(json);
      int format = integer(root, "format");
      if (format != FORMAT) {
        throw new BadInputException(
            "Network description has format " + format + "; this version reads " + FORMAT);
      }
      List<Op> ops = new ArrayList<>();
      for (JsonNode op : field(root, "ops")) {
        ops.add(readOp(op));
      }
      JsonNode input = field(root, "input");
      return new NetworkSpec(
          text(root, "name"),
          new FeatureShape(input.path(0).asInt(), input.path(1).asInt(), input.path(2).asInt()),
          ops);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new BadInputException("Network description cannot be read: " + e.getMessage(), e);
    }
  }

  private static ObjectNode write(Op op) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("name", op.name());
    if (op instanceof Op.Convolution c) {
      node.put("op", "convolution").put("input", c.input());
      putWeights(node, c.support());
      node.put("stride", c.stride()).put("padding", c.padding()).put("bias", c.bias());
      node.put("groups", c.groups());
    } else if (op instanceof Op.FullyConnected f) {
      node.put("op", "fully-connected").put("input", f.input());
      putWeights(node, f.support());
      node.put("bias", f.bias());
    } else if (op instanceof Op.BatchNorm b) {
      node.put("op", "batch-norm").put("input", b.input()).put("channels", b.channels());
      node.put("epsilon", b.epsilon()).put("momentum", b.momentum());
    } else if (op instanceof Op.Relu r) {
      node.put("op", "relu").put("input", r.input());
    } else if (op instanceof Op.Add a) {
      node.put("op", "add").put("left", a.left()).put("right", a.right());
    } else if (op instanceof Op.MaxPool p) {
      node.put("op", "max-pool").put("input", p.input()).put("size", p.size());
      node.put("stride", p.stride()).put("padding", p.padding());
    } else if (op instanceof Op.AveragePool p) {
      node.put("op", "average-pool").put("input", p.input()).put("size", p.size());
      node.put("stride", p.stride());
    } else if (op instanceof Op.GlobalAveragePool p) {
      node.put("op", "global-average-pool").put("input", p.input());
    } else {
      throw new IllegalStateException("No JSON for " + op);
    }
    return node;
  }

  private static Op readOp(JsonNode node) {
    String name = text(node, "name");
    return switch (text(node, "op")) {
      case "convolution" ->
          new Op.Convolution(
              name,
              text(node, "input"),
              support(node),
              integer(node, "stride"),
              integer(node, "padding"),
              field(node, "bias").asBoolean(),
              integer(node, "groups"));
      case "fully-connected" ->
          new Op.FullyConnected(
              name, text(node, "input"), support(node), field(node, "bias").asBoolean());
      case "batch-norm" ->
          new Op.BatchNorm(
              name,
              text(node, "input"),
              integer(node, "channels"),
              (float) field(node, "epsilon").asDouble(),
              (float) field(node, "momentum").asDouble());
      case "relu" -> new Op.Relu(name, text(node, "input"));
      case "add" -> new Op.Add(name, text(node, "left"), text(node, "right"));
      case "max-pool" ->
          new Op.MaxPool(
              name,
              text(node, "input"),
              integer(node, "size"),
              integer(node, "stride"),
              integer(node, "padding"));
      case "average-pool" ->
          new Op.AveragePool(
              name, text(node, "input"), integer(node, "size"), integer(node, "stride"));
      case "global-average-pool" -> new Op.GlobalAveragePool(name, text(node, "input"));
      default ->
          throw new BadInputException(
              "Network description has an unknown operator '" + text(node, "op") + "' at " + name);
    };
  }

  private static void putWeights(ObjectNode node, Support support) {
    WeightShape shape = support.shape();
    node.putArray("weights")
        .add(shape.filters())
        .add(shape.channels())
        .add(shape.kernelHeight())
        .add(shape.kernelWidth());
    node.set("support", SupportJson.write(support));
  }

  private static Support support(JsonNode node) {
    JsonNode weights = field(node, "weights");
    return SupportJson.read(
        field(node, "support"),
        new WeightShape(
            weights.path(0).asInt(),
            weights.path(1).asInt(),
            weights.path(2).asInt(),
            weights.path(3).asInt()));
  }

  static JsonNode field(JsonNode node, String name) {
    JsonNode value = node.get(name);
    if (value == null) {
      throw new BadInputException("Network description has no '" + name + "' where it is needed");
    }
    return value;
  }

  static String text(JsonNode node, String name) {
    return field(node, name).asText();
  }

  static int integer(JsonNode node, String name) {
    JsonNode value = field(node, name);
    if (!value.isInt()) {
      throw new BadInputException(
          "Network description has '" + name + "' = " + value + ", which is no integer");
    }
    return value.asInt();
  }
}
