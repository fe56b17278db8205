package org.sscspark.libtorch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * A network as ssc-spark describes it, dense: its operators in their order. A value is forgotten
 * once its last reader has run.
 */
final class Network {
  private static final String INPUT = "input";

  /**
   * An operator.
   *
   * @param forgets those of its inputs that no later operator reads
   */
  private record Node(String name, List<String> reads, Set<String> forgets, Layer layer) {}

  private final List<Node> nodes = new ArrayList<>();

  /** By operator and role, in the order of the flat vector. */
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();

  /**
   * A network with these weights, and batch norms' scales and shifts.
   *
   * @param ops descriptions of operators
   * @throws IllegalArgumentException naming the kind of an operator that is unknown here
   */
  Network(JsonNode ops, Values values, MemoryFormat format) {
    takeParameters(ops, values, format);
    Map<String, Integer> readers = new HashMap<>();
    Map<String, String> lastReader = new HashMap<>();
    for (JsonNode op : ops) {
      for (String read : reads(op)) {
        readers.merge(read, 1, Integer::sum);
        lastReader.put(read, op.path("name").asText());
      }
    }
    for (JsonNode op : ops) {
      String name = op.path("name").asText();
      List<String> reads = reads(op);
      Set<String> forgets = new HashSet<>(reads);
      forgets.removeIf(read -> !lastReader.get(read).equals(name) || read.equals(INPUT));
      boolean alone = reads.size() == 1 && readers.get(reads.get(0)) == 1;
      nodes.add(new Node(name, reads, forgets, reads.size() == 2 ? null : layer(op, alone)));
    }
  }

  private static List<String> reads(JsonNode op) {
    return op.path("op").asText().equals("add")
        ? List.of(op.path("left").asText(), op.path("right").asText())
        : List.of(op.path("input").asText());
  }

  /** All weights come first in the flat vector, then biases, scales and shifts. */
  private void takeParameters(JsonNode ops, Values values, MemoryFormat format) {
    for (JsonNode op : ops) {
      JsonNode shape = op.path("support").path("shape");
      switch (op.path("op").asText()) {
        case "convolution" ->
            take(
                op,
                "weight",
                values.take(
                    format,
                    shape.path(0).asLong(),
                    shape.path(1).asLong() / op.path("groups").asLong(1),
                    shape.path(2).asLong(),
                    shape.path(3).asLong()));
        case "fully-connected" ->
            take(op, "weight", values.take(format, shape.path(0).asLong(), shape.path(1).asLong()));
        default -> {}
      }
    }
    for (JsonNode op : ops) {
      if (op.path("bias").asBoolean()) {
        take(op, "bias", values.take(format, op.path("support").path("shape").path(0).asLong()));
      } else if (op.path("op").asText().equals("batch-norm")) {
        take(op, "scale", values.take(format, op.path("channels").asLong()));
        take(op, "shift", values.take(format, op.path("channels").asLong()));
      }
    }
  }

  private void take(JsonNode op, String role, Tensor value) {
    value.set_requires_grad(true);
    parameters.put(op.path("name").asText() + " " + role, value);
  }

  private Tensor parameter(JsonNode op, String role) {
    return parameters.get(op.path("name").asText() + " " + role);
  }

  private TensorOptional bias(JsonNode op) {
    Tensor bias = parameter(op, "bias");
    return bias == null ? new TensorOptional() : new TensorOptional(bias);
  }

  private Layer layer(JsonNode op, boolean alone) {
    long[] size = both(op, "size");
    long[] stride = both(op, "stride");
    long[] padding = both(op, "padding");
    long[] one = {1, 1};
    String kind = op.path("op").asText();
    return switch (kind) {
      case "convolution" -> {
        Tensor weight = parameter(op, "weight");
        TensorOptional bias = bias(op);
        long groups = op.path("groups").asLong(1);
        yield in -> torch.conv2d(in, weight, bias, stride, padding, one, groups);
      }
      case "fully-connected" -> {
        Tensor weight = parameter(op, "weight");
        TensorOptional bias = bias(op);
        yield in -> torch.linear(in.flatten(1, -1), weight, bias);
      }
      case "batch-norm" -> batchNorm(op);
      case "relu" -> in -> alone ? rectified(in) : torch.relu(in);
      case "max-pool" -> in -> torch.max_pool2d(in, size, stride, padding, one, false);
      case "average-pool" ->
          in ->
              torch.avg_pool2d(
                  in, size, stride, new long[] {0, 0}, false, true, new LongOptional());
      case "global-average-pool" -> in -> torch.adaptive_avg_pool2d(in, one);
      default -> throw new IllegalArgumentException("libtorch lacks the operator " + kind);
    };
  }

  private Layer batchNorm(JsonNode op) {
    long channels = op.path("channels").asLong();
    TensorOptional scale = new TensorOptional(parameter(op, "scale"));
    TensorOptional shift = new TensorOptional(parameter(op, "shift"));
    TensorOptional mean = new TensorOptional(torch.zeros(channels));
    TensorOptional variance = new TensorOptional(torch.ones(channels));
    double momentum = op.path("momentum").asDouble();
    double epsilon = op.path("epsilon").asDouble();
    return in -> torch.batch_norm(in, scale, shift, mean, variance, true, momentum, epsilon, false);
  }

  /** Works in place. What libtorch returns is the input itself, which is forgotten. */
  private static Tensor rectified(Tensor in) {
    torch.relu_(in);
    return new Tensor(in);
  }

  private static long[] both(JsonNode op, String key) {
    long value = op.path(key).asLong();
    return new long[] {value, value};
  }

  /** What an optimizer changes. */
  Collection<Tensor> parameters() {
    return parameters.values();
  }

  /** The logits of a minibatch. */
  Tensor forward(Tensor images) {
    Map<String, Tensor> values = new HashMap<>(Map.of(INPUT, images));
    Tensor value = images;
    for (Node node : nodes) {
      Tensor first = values.get(node.reads.get(0));
      value =
          node.layer == null
              ? torch.add(first, values.get(node.reads.get(1)))
              : node.layer.apply(first);
      for (String read : node.forgets) {
        values.remove(read).close();
      }
      values.put(node.name, value);
    }
    return value;
  }
}
