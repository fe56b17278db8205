package org.sscspark.engine.lane;

/** A step without parameters that works channel by channel. Threads share out channels. */
abstract class PlaneStep implements Step {
  final Machine machine;
  final Value in;
  final Value out;
  private final Team.Work runForward = this::runForward;
  private final Team.Work runBackward = this::runBackward;
  private boolean addsToInput;

  PlaneStep(Machine machine, Value in, Value out) {
    this.machine = machine;
    this.in = in;
    this.out = out;
  }

  /**
   * Computes one channel of one block.
   *
   * @param from the channel in the input
   * @param to the channel in the output
   */
  abstract void forward(int from, int to);

  /** Computes the input's gradient for one channel of one block. */
  abstract void backward(int from, int to, boolean addsToInput);

  @Override
  public Value output() {
    return out;
  }

  @Override
  public void claimGradients(GradientBuffers buffers) {
    addsToInput = buffers.claim(in);
  }

  @Override
  public final void forward() {
    machine.team.run(runForward);
  }

  @Override
  public final void backward() {
    machine.team.run(runBackward);
  }

  private void runForward(int part, int parts) {
    int planes = machine.batch.blocks() * in.channels();
    int last = Team.end(planes, part, parts);
    for (int i = Team.start(planes, part, parts); i < last; i++) {
      int block = i / in.channels();
      int c = i % in.channels();
      forward(in.layout.plane(block, c), out.layout.plane(block, c));
    }
  }

  private void runBackward(int part, int parts) {
    int planes = machine.batch.blocks() * in.channels();
    int last = Team.end(planes, part, parts);
    for (int i = Team.start(planes, part, parts); i < last; i++) {
      int block = i / in.channels();
      int c = i % in.channels();
      backward(in.layout.plane(block, c), out.layout.plane(block, c), addsToInput);
    }
  }
}
