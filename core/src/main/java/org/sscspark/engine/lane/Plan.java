package org.sscspark.engine.lane;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sscspark.engine.Borders;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;

/** A network as values and steps, with buffers for one size of minibatch. */
final class Plan {
  private final Machine machine;
  private final int blocks;
  private final Map<String, FeatureShape> shapes;
  private final Map<String, Integer> borders;
  private final Map<String, Integer> readers = new HashMap<>();
  private final Map<String, Value> values = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();

  /** The kind of the operator that each step began with. */
  private final List<String> kinds = new ArrayList<>();

  /** Convolutions of the network's input: its gradient is computed only where it is asked for. */
  private final List<ConvolutionStep> inputConvolutions = new ArrayList<>();

  private final Value input;
  private final Value logits;

  /** Null unless somebody measures. */
  private StepTimes times;

  Plan(Machine machine, NetworkSpec network, int capacity) {
    this.machine = machine;
    this.blocks = (capacity + machine.lanes() - 1) / machine.lanes();
    this.shapes = network.shapes();
    this.borders = Borders.of(network);
    for (Op op : network.ops()) {
      op.inputs().forEach(read -> readers.merge(read, 1, Integer::sum));
    }
    this.input = new Value(layout(NetworkSpec.INPUT), null);
    values.put(NetworkSpec.INPUT, input);
    List<Op> ops = network.ops();
    Set<Op> done = new HashSet<>();
    for (int i = 0; i < ops.size(); i++) {
      if (done.add(ops.get(i))) {
        plan(ops, i, done);
        kinds.add(ops.get(i).getClass().getSimpleName());
      }
    }
    this.logits = values.get(ops.get(ops.size() - 1).name());
    claimGradients();
  }

  private LaneLayout layout(String name) {
    return new LaneLayout(shapes.get(name), borders.get(name), machine.lanes(), blocks);
  }

  private Value newValue(String name) {
    LaneLayout layout = layout(name);
    Value value = new Value(layout, new float[layout.length()]);
    values.put(name, value);
    return value;
  }

  private void plan(List<Op> ops, int index, Set<Op> done) {
    Op op = ops.get(index);
    if (op instanceof Op.BatchNorm norm) {
      planNorm(norm, ops, index, done);
      return;
    }
    Value in = values.get(op.inputs().get(0));
    Value out = newValue(op.name());
    if (op instanceof Op.Convolution convolution) {
      ConvolutionStep step = ConvolutionStep.of(machine, convolution, in, out);
      steps.add(step);
    } else if (op instanceof Op.FullyConnected connected) {
      steps.add(ConvolutionStep.of(machine, connected, in, out));
    } else if (op instanceof Op.Relu) {
      steps.add(new ReluStep(machine, in, out));
    } else if (op instanceof Op.Add add) {
      steps.add(new AddStep(machine, in, values.get(add.right()), out));
    } else if (op instanceof Op.MaxPool pool) {
      steps.add(new MaxPoolStep(machine, pool, in, out));
    } else if (op instanceof Op.AveragePool pool) {
      steps.add(new AveragePoolStep(machine, pool, in, out));
    } else if (op instanceof Op.GlobalAveragePool) {
      steps.add(new GlobalAveragePoolStep(machine, in, out));
    } else {
      throw new IllegalArgumentException("The lane engine does not know " + op);
    }
    if (in == input && steps.get(steps.size() - 1) instanceof ConvolutionStep convolution) {
      inputConvolutions.add(convolution);
    }
  }

  /** Fuses the addition that alone reads the norm, and the rectifier that alone reads that. */
  private void planNorm(Op.BatchNorm norm, List<Op> ops, int index, Set<Op> done) {
    Op last = norm;
    Value skip = null;
    if (onlyReader(last, ops, index) instanceof Op.Add add) {
      Value other = values.get(add.left().equals(norm.name()) ? add.right() : add.left());
      if (other != null) {
        skip = other;
        last = add;
      }
    }
    boolean rectified = false;
    if (onlyReader(last, ops, index) instanceof Op.Relu relu) {
      rectified = true;
      last = relu;
    }
    done.add(last);
    if (skip != null) {
      done.add(onlyReader(norm, ops, index));
    }
    Value in = values.get(norm.input());
    steps.add(new NormStep(machine, norm, in, skip, newValue(last.name()), rectified));
  }

  /** The one operator after {@code index} that reads an operator's output; null if not one. */
  private Op onlyReader(Op op, List<Op> ops, int index) {
    if (readers.getOrDefault(op.name(), 0) != 1) {
      return null;
    }
    return ops.subList(index, ops.size()).stream()
        .filter(reader -> reader.inputs().contains(op.name()))
        .findFirst()
        .orElseThrow();
  }

  private void claimGradients() {
    GradientBuffers buffers = new GradientBuffers();
    buffers.claim(logits);
    for (int i = steps.size() - 1; i >= 0; i--) {
      Step step = steps.get(i);
      buffers.claim(step.output());
      // The input's gradient is computed last, if at all, from gradients that must outlive the
      // rest.
      if (!inputConvolutions.contains(step)) {
        step.claimGradients(buffers);
        buffers.release(step.output());
      }
    }
    inputConvolutions.forEach(step -> step.claimGradients(buffers));
    buffers.claim(input);
  }

  Value input() {
    return input;
  }

  Value logits() {
    return logits;
  }

  /** From now on, every step is timed. */
  void time(StepTimes newTimes) {
    this.times = newTimes;
  }

  void forward() {
    for (int i = 0; i < steps.size(); i++) {
      steps.get(i).forward();
      lap(i, "forward");
    }
  }

  void backward() {
    for (int i = steps.size() - 1; i >= 0; i--) {
      if (steps.get(i) instanceof ConvolutionStep convolution) {
        convolution.backwardParameters();
        lap(i, "backward-weights");
        if (convolution.input() != input) {
          convolution.backwardInput();
          lap(i, "backward-data");
        }
      } else {
        steps.get(i).backward();
        lap(i, "backward");
      }
    }
  }

  private void lap(int step, String pass) {
    if (times != null) {
      times.lap(kinds.get(step), pass);
    }
  }

  /** Completes the gradient of the input; once after each {@link #backward}. */
  void backwardInput() {
    inputConvolutions.forEach(ConvolutionStep::backwardInput);
  }
}
