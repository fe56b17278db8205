package org.sscspark.engine.lane;

/** A rectifier that no batch normalisation precedes. Input and output have one layout. */
final class ReluStep extends PlaneStep {
  ReluStep(Machine machine, Value in, Value out) {
    super(machine, in, out);
  }

  @Override
  void forward(int from, int to) {
    machine.arithmetic.relu(in.data, out.data, to, out.plane);
  }

  @Override
  void backward(int from, int to, boolean addsToInput) {
    machine.arithmetic.reluGradient(
        out.gradient, out.data, in.gradient, to, out.plane, addsToInput);
  }
}
