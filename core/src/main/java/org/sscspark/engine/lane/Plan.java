package org.sscspark.engine.lane;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sscspark.engine.Borders;
import org.sscspark.engine.PlannedOp;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;

/** A network as values and steps, with buffers for one size of minibatch. */
final class Plan {
  private final Machine machine;
  private final int blocks;
  private final Map<String, FeatureShape> shapes;
  private final Map<String, Integer> borders;
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
    this.input = new Value(layout(NetworkSpec.INPUT), null);
    values.put(NetworkSpec.INPUT, input);
    PlannedOp.of(network).forEach(this::plan);
    List<Op> ops = network.ops();
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

  private void plan(PlannedOp planned) {
    if (planned instanceof PlannedOp.Single single) {
      plan(single.op());
      kinds.add(single.op().getClass().getSimpleName());
    } else if (planned instanceof PlannedOp.Norm fused) {
      Value in = values.get(fused.norm().input());
      Value skip = fused.skip().map(values::get).orElse(null);
      Value out = newValue(fused.output());
      steps.add(new NormStep(machine, fused.norm(), in, skip, out, fused.rectified()));
      kinds.add(fused.norm().getClass().getSimpleName());
    }
  }

  private void plan(Op op) {
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
