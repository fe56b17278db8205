package org.sscspark.exchange;

import static org.sscspark.exchange.OnnxGraph.attribute;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import onnx.Onnx;
import org.sscspark.config.BadInputException;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;

/**
 * A network as an ONNX graph. Every node and value has the name of its operator, every constant
 * that of its operator and role. Visiting an operator adds it; the context is what it reads, the
 * answer the value that it computes. Values keep four dimensions up to the logits, [batch,
 * classes].
 */
final class OnnxNetwork implements Op.ChannelwiseVisitor<String, List<String>> {
  /** The graph's input, if it takes pixels of 0 to 255. */
  static final String PIXELS = "pixels";

  /** The graph's output. */
  static final String LOGITS = "logits";

  private final PortableModel model;
  private final OnnxForm form;
  private final ParameterLayout layout;
  private final Map<String, Op.BatchNorm> folded;
  private final OnnxGraph graph;

  OnnxNetwork(PortableModel model, OnnxForm form) {
    this.model = model;
    this.form = form;
    this.layout = ParameterLayout.of(model.network());
    this.folded =
        form.batchNorm() == OnnxForm.BatchNorm.FOLDED ? foldable(model.network()) : Map.of();
    this.graph = new OnnxGraph(model.network().name());
  }

  static Onnx.GraphProto graph(PortableModel model, OnnxForm form) {
    return new OnnxNetwork(model, form).graph();
  }

  /** Batch norms by the layer that only they read. */
  private static Map<String, Op.BatchNorm> foldable(NetworkSpec network) {
    Map<String, Integer> readers = new HashMap<>();
    network.ops().forEach(op -> op.inputs().forEach(read -> readers.merge(read, 1, Integer::sum)));
    Map<String, Op.BatchNorm> foldable = new HashMap<>();
    List<String> weighted = network.weighted().stream().map(Op::name).toList();
    for (Op op : network.ops()) {
      if (op instanceof Op.BatchNorm norm
          && weighted.contains(norm.input())
          && readers.get(norm.input()) == 1) {
        foldable.put(norm.input(), norm);
      }
    }
    return foldable;
  }

  private Onnx.GraphProto graph() {
    NetworkSpec network = model.network();
    input(network.input());
    for (Op op : network.ops()) {
      op.accept(this, op.inputs());
    }
    String last = network.ops().get(network.ops().size() - 1).name();
    graph.node("Flatten", LOGITS, List.of(last), attribute("axis", 1L));
    graph.output(LOGITS, network.classes());
    return graph.build();
  }

  private void input(FeatureShape shape) {
    int[] dimensions = {shape.channels(), shape.height(), shape.width()};
    if (form.normalization() == OnnxForm.Normalization.OUTSIDE) {
      graph.input(NetworkSpec.INPUT, dimensions);
      return;
    }
    graph.input(PIXELS, dimensions);
    float[] mean = new float[shape.channels()];
    float[] std = new float[shape.channels()];
    for (int channel = 0; channel < mean.length; channel++) {
      mean[channel] = model.normalization().mean().get(channel).floatValue();
      float spread = model.normalization().std().get(channel).floatValue();
      std[channel] = spread == 0 ? 1 : spread;
    }
    String centred =
        graph.node(
            "Sub",
            PIXELS + "/centred",
            List.of(PIXELS, graph.constant(PIXELS + ".mean", mean, 1, mean.length, 1, 1)));
    graph.node(
        "Div",
        NetworkSpec.INPUT,
        List.of(centred, graph.constant(PIXELS + ".std", std, 1, mean.length, 1, 1)));
  }

  /** One that is written below has a method of its own. */
  @Override
  public String channelwise(Op.Channelwise op, List<String> inputs) {
    throw new BadInputException(
        "%s has no ONNX form here: %s is a %s; export --npz writes its parameters"
            .formatted(model.network().name(), op.name(), op.getClass().getSimpleName()));
  }

  @Override
  public String relu(Op.Relu op, List<String> inputs) {
    return graph.node("Relu", op.name(), inputs);
  }

  @Override
  public String add(Op.Add op, List<String> inputs) {
    return graph.node("Add", op.name(), inputs);
  }

  @Override
  public String maxPool(Op.MaxPool op, List<String> inputs) {
    return pool("MaxPool", op, op.size(), op.stride(), op.padding());
  }

  @Override
  public String averagePool(Op.AveragePool op, List<String> inputs) {
    return pool("AveragePool", op, op.size(), op.stride(), 0);
  }

  @Override
  public String globalAveragePool(Op.GlobalAveragePool op, List<String> inputs) {
    return graph.node("GlobalAveragePool", op.name(), inputs);
  }

  private String pool(String type, Op op, int size, int stride, int padding) {
    return graph.node(
        type,
        op.name(),
        op.inputs(),
        attribute("kernel_shape", size, size),
        attribute("strides", stride, stride),
        attribute("pads", padding, padding, padding, padding));
  }

  @Override
  public String batchNorm(Op.BatchNorm op, List<String> read) {
    if (folded.containsKey(op.input())) {
      return op.name();
    }
    List<String> inputs = new ArrayList<>(read);
    for (Role role : List.of(Role.SCALE, Role.SHIFT, Role.MEAN, Role.VARIANCE)) {
      inputs.add(graph.constant(constant(op, role), values(op, role), op.channels()));
    }
    return graph.node("BatchNormalization", op.name(), inputs, attribute("epsilon", op.epsilon()));
  }

  @Override
  public String convolution(Op.Convolution op, List<String> read) {
    Filters filters = filters(op);
    ChannelGroups groups = groups(op);
    String input = read.get(0);
    if (!groups.channelsInPlace()) {
      input = gather(op.name() + "/channels", input, groups.channels());
    }
    WeightShape shape = groups.groupedShape();
    boolean plain = groups.channelsInPlace() && groups.filtersInPlace();
    List<String> inputs = new ArrayList<>();
    inputs.add(input);
    inputs.add(
        weights(
            constant(op, Role.WEIGHT) + (plain ? "" : ".grouped") + filters.suffix(),
            groups.grouped(filters.weights()),
            shape.filters(),
            shape.channels(),
            shape.kernelHeight(),
            shape.kernelWidth()));
    if (filters.bias().isPresent()) {
      float[] bias = new float[shape.filters()];
      for (int place = 0; place < bias.length; place++) {
        bias[place] = filters.bias().get()[groups.filters()[place]];
      }
      inputs.add(graph.constant(constant(op, Role.BIAS) + filters.suffix(), bias, shape.filters()));
    }
    String name = filters.output() + (groups.filtersInPlace() ? "" : "/groups");
    graph.node(
        "Conv",
        name,
        inputs,
        attribute("kernel_shape", shape.kernelHeight(), shape.kernelWidth()),
        attribute("strides", op.stride(), op.stride()),
        attribute("pads", op.padding(), op.padding(), op.padding(), op.padding()),
        attribute("group", (long) groups.groups()));
    return groups.filtersInPlace() ? name : gather(filters.output(), name, groups.places());
  }

  private ChannelGroups groups(Op.Convolution op) {
    Optional<ChannelGroups> groups = Optional.empty();
    if (form.convolutions() == OnnxForm.Convolutions.GROUPED && op.groups() == 1) {
      groups = ChannelGroups.ofClasses(layout.support(op.name()));
    }
    return groups.orElseGet(() -> ChannelGroups.contiguous(op.support().shape(), op.groups()));
  }

  private String gather(String name, String input, int[] channels) {
    return graph.node(
        "Gather",
        name,
        List.of(input, graph.constant(name + ".order", channels)),
        attribute("axis", 1L));
  }

  @Override
  public String fullyConnected(Op.FullyConnected op, List<String> read) {
    Filters filters = filters(op);
    WeightShape shape = op.support().shape();
    List<String> inputs = new ArrayList<>();
    inputs.add(graph.node("Flatten", op.name() + "/flat", read, attribute("axis", 1L)));
    inputs.add(
        weights(
            constant(op, Role.WEIGHT) + filters.suffix(),
            filters.weights(),
            shape.filters(),
            shape.channels()));
    if (filters.bias().isPresent()) {
      inputs.add(
          graph.constant(
              constant(op, Role.BIAS) + filters.suffix(), filters.bias().get(), shape.filters()));
    }
    String product =
        graph.node("Gemm", filters.output() + "/product", inputs, attribute("transB", 1L));
    return graph.node(
        "Unsqueeze", filters.output(), List.of(product, graph.constant("plane-axes", 2, 3)));
  }

  private String weights(String name, float[] values, int... dimensions) {
    return form.weights() == OnnxForm.Weights.SPARSE
        ? graph.sparseConstant(name, values, dimensions)
        : graph.constant(name, values, dimensions);
  }

  /**
   * A layer's weights, with its batch norm if that is folded.
   *
   * @param output the value that the layer computes
   * @param suffix of the names of constants, so that folded ones are not taken for the layer's own
   * @param weights dense [F, C, kH, kW]
   * @param bias of each filter, if there is any
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed to its only reader.
  private record Filters(String output, String suffix, float[] weights, Optional<float[]> bias) {}

  private Filters filters(Op.Weighted op) {
    SupportLayout support = layout.support(op.name());
    float[] weights =
        support.dense(model.parameters(), layout.segment(op.name(), Role.WEIGHT).offset());
    Optional<float[]> bias = op.bias() ? Optional.of(values(op, Role.BIAS)) : Optional.empty();
    Op.BatchNorm norm = folded.get(op.name());
    if (norm == null) {
      return new Filters(op.name(), "", weights, bias);
    }
    float[] scale = values(norm, Role.SCALE);
    float[] shift = values(norm, Role.SHIFT);
    float[] mean = values(norm, Role.MEAN);
    float[] variance = values(norm, Role.VARIANCE);
    int size = support.shape().filterSize();
    for (int filter = 0; filter < scale.length; filter++) {
      double factor = scale[filter] / Math.sqrt((double) variance[filter] + norm.epsilon());
      for (int i = filter * size; i < (filter + 1) * size; i++) {
        weights[i] = (float) (weights[i] * factor);
      }
      double own = bias.isPresent() ? bias.get()[filter] : 0;
      shift[filter] = (float) (shift[filter] + (own - mean[filter]) * factor);
    }
    return new Filters(norm.name(), ".folded", weights, Optional.of(shift));
  }

  private float[] values(Op op, Role role) {
    ParameterLayout.Segment segment = layout.segment(op.name(), role);
    return Arrays.copyOfRange(model.parameters(), segment.offset(), segment.end());
  }

  private static String constant(Op op, Role role) {
    return NamedArrays.name(op.name(), role);
  }
}
