package org.sscspark.spark.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.format_tag;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A convolution by oneDNN alone, in groups or not, each pass in the memory layouts that oneDNN
 * likes best, so that nothing is laid out anew while it is timed. Stride 1, outputs as large as
 * inputs.
 */
final class OneDnnKernel implements Kernel {
  private final engine cpu = new engine(engine.kind.cpu, 0);
  private final stream queue = new stream(cpu);
  private final primitive_attr attributes = new primitive_attr();
  private final List<Pointer> owned = new ArrayList<>(List.of(cpu, queue, attributes));
  private final Map<Pass, Runnable> passes = new LinkedHashMap<>();
  private final Map<Pass, memory> results = new LinkedHashMap<>();
  private final int kept;
  private final long multiplyAdds;

  /**
   * Every value is one.
   *
   * @param channels as many as filters
   * @param groups of channels and filters; {@code channels} for depthwise
   * @param kernel height and width, odd
   */
  OneDnnKernel(int channels, int groups, int kernel, int size, int batch) {
    int ofGroup = channels / groups;
    kept = channels * ofGroup * kernel * kernel;
    multiplyAdds = (long) kept * batch * size * size;
    long[] strides = {1, 1};
    int border = (kernel - 1) / 2;
    long[] padding = {border, border};
    memory.desc images = anyLayout(batch, channels, size, size);
    memory.desc weights =
        groups == 1
            ? anyLayout(channels, channels, kernel, kernel)
            : anyLayout(groups, ofGroup, ofGroup, kernel, kernel);
    int direct = dnnl.dnnl_convolution_direct;
    // The library's own scratchpad belongs to the thread that makes the primitive; JMH has its own.
    attributes.set_scratchpad_mode(dnnl.scratchpad_mode.user);

    var forward =
        own(
            new convolution_forward.primitive_desc(
                own(
                    new convolution_forward.desc(
                        dnnl.dnnl_forward_training,
                        direct,
                        images,
                        weights,
                        images,
                        strides,
                        padding,
                        padding)),
                attributes,
                cpu));
    add(
        Pass.FORWARD,
        own(new convolution_forward(forward)),
        forward,
        Map.of(
            dnnl.DNNL_ARG_SRC, forward.src_desc(), dnnl.DNNL_ARG_WEIGHTS, forward.weights_desc()),
        dnnl.DNNL_ARG_DST,
        forward.dst_desc());

    var data =
        own(
            new convolution_backward_data.primitive_desc(
                own(
                    new convolution_backward_data.desc(
                        direct, images, weights, images, strides, padding, padding)),
                attributes,
                cpu,
                forward));
    add(
        Pass.BACKWARD_DATA,
        own(new convolution_backward_data(data)),
        data,
        Map.of(
            dnnl.DNNL_ARG_DIFF_DST,
            data.diff_dst_desc(),
            dnnl.DNNL_ARG_WEIGHTS,
            data.weights_desc()),
        dnnl.DNNL_ARG_DIFF_SRC,
        data.diff_src_desc());

    var gradient =
        own(
            new convolution_backward_weights.primitive_desc(
                own(
                    new convolution_backward_weights.desc(
                        direct, images, weights, images, strides, padding, padding)),
                attributes,
                cpu,
                forward));
    add(
        Pass.BACKWARD_WEIGHTS,
        own(new convolution_backward_weights(gradient)),
        gradient,
        Map.of(
            dnnl.DNNL_ARG_SRC,
            gradient.src_desc(),
            dnnl.DNNL_ARG_DIFF_DST,
            gradient.diff_dst_desc()),
        dnnl.DNNL_ARG_DIFF_WEIGHTS,
        gradient.diff_weights_desc());
  }

  /**
   * The library's version; empty where it is missing, does not load, or is not held to one thread,
   * which only the environment of the process can do.
   */
  static Optional<String> version() {
    if (!"1".equals(System.getenv("OMP_NUM_THREADS"))) {
      return Optional.empty();
    }
    try {
      new engine(engine.kind.cpu, 0).close();
      dnnl_version_t version = dnnl.dnnl_version();
      return Optional.of(version.major() + "." + version.minor() + "." + version.patch());
    } catch (LinkageError missing) {
      return Optional.empty();
    }
  }

  private memory.desc anyLayout(long... sizes) {
    return own(new memory.desc(sizes, memory.data_type.f32, format_tag.any));
  }

  private void add(
      Pass pass,
      primitive work,
      primitive_desc_base description,
      Map<Integer, memory.desc> operands,
      int resultArgument,
      memory.desc result) {
    IntMemoryMap arguments = own(new IntMemoryMap());
    operands.forEach((argument, layout) -> arguments.put(argument, filled(layout, 1)));
    arguments.put(dnnl.DNNL_ARG_SCRATCHPAD, filled(description.scratchpad_desc(), 0));
    memory results = filled(result, 0);
    arguments.put(resultArgument, results);
    this.results.put(pass, results);
    passes.put(
        pass,
        () -> {
          work.execute(queue, arguments);
          queue._wait();
        });
  }

  private memory filled(memory.desc layout, float value) {
    own(layout);
    memory made = own(new memory(layout, cpu));
    FloatPointer values = values(made);
    for (long i = 0; i < values.limit(); i++) {
      values.put(i, value);
    }
    return made;
  }

  private static FloatPointer values(memory of) {
    FloatPointer values = new FloatPointer(of.get_data_handle());
    return values.limit(of.get_desc().get_size() / Float.BYTES);
  }

  /** The sum of a pass's results, whatever their layout. */
  double sum(Pass pass) {
    FloatPointer values = values(results.get(pass));
    double sum = 0;
    for (long i = 0; i < values.limit(); i++) {
      sum += values.get(i);
    }
    return sum;
  }

  private <P extends Pointer> P own(P pointer) {
    owned.add(pointer);
    return pointer;
  }

  @Override
  public Map<Pass, Runnable> passes() {
    return passes;
  }

  @Override
  public int weights() {
    return kept;
  }

  @Override
  public long multiplyAdds() {
    return multiplyAdds;
  }

  @Override
  public void close() {
    for (int i = owned.size() - 1; i >= 0; i--) {
      owned.get(i).close();
    }
  }
}
