package org.sscspark.engine.lane;

import org.sscspark.engine.plan.Step;

/**
 * A step without parameters that works channel by channel. Threads share out channels. Of features
 * that are stored in halves a plane at a time becomes floats.
 */
abstract class PlaneStep implements Step {
  final LaneWorkspace workspace;

  /** What {@link #forward(int, int)} and {@link #backward(int, int)} read and write. */
  final LaneValue in;

  final LaneValue out;

  /** Whether backward adds to the input's gradient. */
  final boolean addsToInput;

  /** What the step reads and writes: {@link #in} and {@link #out}, unless these are one plane. */
  private final LaneValue storedIn;

  private final LaneValue storedOut;
  private final boolean halved;
  private final LaneSlice onePlane = new LaneSlice();
  private final WorkerThreads.Work runForward = this::runForward;
  private final WorkerThreads.Work runBackward = this::runBackward;

  PlaneStep(LaneWorkspace workspace, LaneValue in, LaneValue out, boolean addsToInput) {
    this.workspace = workspace;
    this.storedIn = in;
    this.storedOut = out;
    this.halved = in.isHalved() || out.isHalved();
    this.in = halved ? LaneValue.ofOnePlane(in.layout()) : in;
    this.out = halved ? LaneValue.ofOnePlane(out.layout()) : out;
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
    int planes = workspace.batch.blocks() * storedIn.channels();
    int last = WorkerThreads.end(planes, part, parts);
    for (int i = WorkerThreads.start(planes, part, parts); i < last; i++) {
      int block = i / storedIn.channels();
      int c = i % storedIn.channels();
      read(storedIn.data(), in.data(), block, c);
      forward(plane(in, block, c), plane(out, block, c));
      write(out.data(), storedOut.data(), block, c);
    }
  }

  private void runBackward(int part, int parts) {
    int planes = workspace.batch.blocks() * storedIn.channels();
    int last = WorkerThreads.end(planes, part, parts);
    for (int i = WorkerThreads.start(planes, part, parts); i < last; i++) {
      int block = i / storedIn.channels();
      int c = i % storedIn.channels();
      read(storedIn.data(), in.data(), block, c);
      read(storedOut.data(), out.data(), block, c);
      read(storedOut.gradient(), out.gradient(), block, c);
      if (addsToInput) {
        read(storedIn.gradient(), in.gradient(), block, c);
      }
      backward(plane(in, block, c), plane(out, block, c));
      write(in.gradient(), storedIn.gradient(), block, c);
    }
  }

  private int plane(LaneValue value, int block, int c) {
    return halved ? value.layout().plane(0, 0) : value.layout().plane(block, c);
  }

  private void read(LaneBuffer stored, LaneBuffer plane, int block, int c) {
    if (halved) {
      LaneSlice from = workspace.slice(0).plane(stored, block, c);
      workspace.arithmetic.copy(stored, from, plane, onePlane.plane(plane, 0, 0));
    }
  }

  private void write(LaneBuffer plane, LaneBuffer stored, int block, int c) {
    if (halved) {
      LaneSlice to = workspace.slice(0).plane(stored, block, c);
      workspace.arithmetic.copy(plane, onePlane.plane(plane, 0, 0), stored, to);
    }
  }
}
