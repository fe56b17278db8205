package org.sscspark.engine.cuda;

/** A step without parameters that works channel by channel on one operand. */
abstract class PlaneStep implements Step {
  final Machine machine;
  final Value in;
  final Value out;
  private boolean addsToInput;

  PlaneStep(Machine machine, Value in, Value out) {
    this.machine = machine;
    this.in = in;
    this.out = out;
  }

  /** Queues the kernel of the input's gradient. */
  abstract void backward(int accumulate);

  @Override
  public Value output() {
    return out;
  }

  @Override
  public void claimGradients() {
    addsToInput = in.claimGradient();
  }

  @Override
  public void backward() {
    backward(Machine.flag(addsToInput));
  }
}
