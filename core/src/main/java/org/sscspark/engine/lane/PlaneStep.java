package org.sscspark.engine.lane;

import org.sscspark.engine.plan.Step;

/** A step without parameters that works channel by channel. Threads share out channels. */
abstract class PlaneStep implements Step {
  final LaneWorkspace workspace;
  final LaneValue in;
  final LaneValue out;

  /** Whether backward adds to the input's gradient. */
  final boolean addsToInput;

  private final WorkerThreads.Work runForward = this::runForward;
  private final WorkerThreads.Work runBackward = this::runBackward;

  PlaneStep(LaneWorkspace workspace, LaneValue in, LaneValue out, boolean addsToInput) {
    this.workspace = workspace;
    this.in = in;
    this.out = out;
    this.addsToInput = addsToInput;
  }

  /**
   * Computes one channel of one block.
   *
   * @param from the channel in the input
   * @param to the channel in the output
   */
  abstract void forward(int from, int to);

  /** Computes the input's gradient for one channel of one block. */
  abstract void backward(int from, int to);

  @Override
  public final void forward() {
    workspace.threads.run(runForward);
  }

  @Override
  public final void backward() {
    workspace.threads.run(runBackward);
  }

  private void runForward(int part, int parts) {
    int planes = workspace.batch.blocks() * in.channels();
    int last = WorkerThreads.end(planes, part, parts);
    for (int i = WorkerThreads.start(planes, part, parts); i < last; i++) {
      int block = i / in.channels();
      int c = i % in.channels();
      forward(in.layout().plane(block, c), out.layout().plane(block, c));
    }
  }

  private void runBackward(int part, int parts) {
    int planes = workspace.batch.blocks() * in.channels();
    int last = WorkerThreads.end(planes, part, parts);
    for (int i = WorkerThreads.start(planes, part, parts); i < last; i++) {
      int block = i / in.channels();
      int c = i % in.channels();
      backward(in.layout().plane(block, c), out.layout().plane(block, c));
    }
  }
}
