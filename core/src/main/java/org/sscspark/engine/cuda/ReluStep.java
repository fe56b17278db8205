package org.sscspark.engine.cuda;

/** A rectifier that no batch normalisation precedes. Input and output have one layout. */
final class ReluStep extends PlaneStep {
  ReluStep(Machine machine, Value in, Value out) {
    super(machine, in, out);
  }

  @Override
  public void forward() {
    machine.stream.launch(
        "relu", machine.planeGrid(in.layout), in.inside(), out.inside(), in.layout.plane());
  }

  @Override
  void backward(int accumulate) {
    machine.stream.launch(
        "relu_gradient",
        machine.planeGrid(in.layout),
        out.gradientInside(),
        out.inside(),
        in.gradientInside(),
        in.layout.plane(),
        accumulate);
  }

  @Override
  public Cost forwardCost() {
    return Cost.ofPasses(2, in.layout);
  }

  @Override
  public Cost backwardCost() {
    return Cost.ofPasses(3, in.layout);
  }
}
