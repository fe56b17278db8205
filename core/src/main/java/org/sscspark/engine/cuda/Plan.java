package org.sscspark.engine.cuda;

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
  private final Map<String, FeatureShape> shapes;
  private final Map<String, Integer> borders;
  private final Map<String, Value> values = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();

  /** Layers that read the network's input: its gradient is computed only where it is asked for. */
  private final List<ConvolutionStep> inputConvolutions = new ArrayList<>();

  private final Value input;
  private final Value logits;

  Plan(Machine machine, NetworkSpec network) {
    this.machine = machine;
    this.shapes = network.shapes();
    this.borders = Borders.of(network);
    this.input = newValue(NetworkSpec.INPUT);
    PlannedOp.of(network).forEach(this::plan);
    this.logits = values.get(network.ops().get(network.ops().size() - 1).name());
    claimGradients();
    machine.packedWeights.complete();
  }

  private Value newValue(String name) {
    Value value =
        new Value(
            machine.stream,
            new Layout(shapes.get(name), borders.get(name), machine.batch.images()));
    values.put(name, value);
    return value;
  }

  private void plan(PlannedOp planned) {
    if (planned instanceof PlannedOp.Single single) {
      plan(single.op());
    } else if (planned instanceof PlannedOp.Norm fused) {
      Value in = values.get(fused.norm().input());
      Value skip = fused.skip().map(values::get).orElse(null);
      Value out = newValue(fused.output());
      steps.add(new NormStep(machine, fused.norm(), in, skip, out, fused.rectified()));
    }
  }

  private void plan(Op op) {
    Value in = values.get(op.inputs().get(0));
    Value out = newValue(op.name());
    if (op instanceof Op.Convolution convolution) {
      addLayer(ConvolutionStep.of(machine, convolution, in, out));
    } else if (op instanceof Op.FullyConnected connected) {
      addLayer(ConvolutionStep.of(machine, connected, in, out));
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
      throw new IllegalArgumentException("The CUDA engine does not know " + op);
    }
  }

  private void addLayer(ConvolutionStep layer) {
    steps.add(layer);
    if (layer.input() == input) {
      inputConvolutions.add(layer);
    }
  }

  private void claimGradients() {
    logits.claimGradient();
    for (int i = steps.size() - 1; i >= 0; i--) {
      Step step = steps.get(i);
      step.output().claimGradient();
      if (!(step instanceof ConvolutionStep layer && layer.input() == input)) {
        step.claimGradients();
      }
    }
    // The input's gradient is completed last, if at all.
    inputConvolutions.forEach(ConvolutionStep::claimGradients);
    input.claimGradient();
  }

  Value input() {
    return input;
  }

  Value logits() {
    return logits;
  }

  /** The steps, in order. */
  List<Step> steps() {
    return List.copyOf(steps);
  }

  void forward() {
    machine.stream.replay(
        List.of("forward", machine.batch.count(), machine.batch.mode()),
        () -> {
          machine.packedWeights.gather(machine.parameters);
          steps.forEach(Step::forward);
        });
  }

  void backward() {
    machine.stream.replay(
        List.of("backward", machine.batch.count(), machine.batch.mode()),
        () -> {
          for (int i = steps.size() - 1; i >= 0; i--) {
            backward(steps.get(i));
          }
        });
  }

  /** One step backward, without the gradient of the network's input. */
  void backward(Step step) {
    if (step instanceof ConvolutionStep layer && layer.input() == input) {
      layer.backwardParameters();
    } else {
      step.backward();
    }
  }

  /** Completes the gradient of the input; once after each {@link #backward}. */
  void backwardInput() {
    inputConvolutions.forEach(ConvolutionStep::backwardInput);
  }
}
