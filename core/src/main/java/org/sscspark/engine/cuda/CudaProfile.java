package org.sscspark.engine.cuda;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.Engine;
import org.sscspark.engine.plan.Execution;
import org.sscspark.engine.plan.NetworkPlan;
import org.sscspark.network.NetworkSpec;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/** Times of kernels on a GPU, from its own clock, and the rates that bound them. */
public final class CudaProfile {
  /**
   * One pass of one step of a network.
   *
   * @param step its place in the network, from 0
   * @param kind of the operator, or of the first of fused ones, such as {@code Convolution}
   * @param pass {@code forward} or {@code backward}
   * @param millis the median
   * @param bytes read and written, each value once a pass over it
   * @param multiplyAdds of weights that exist
   */
  public record StepTime(
      int step, String kind, String pass, double millis, double bytes, double multiplyAdds) {}

  private static final int COPY_WORDS = 1 << 26;
  private static final int BLOCKS_OF_MULTIPROCESSOR = 8;
  private static final int THREADS = 256;
  private static final int CHAINS = 16;
  private static final int ROUNDS = 1 << 14;
  private static final int REPEATS = 10;

  /** So many passes the host queues while the GPU is held, in less time than it is held. */
  private static final int HELD_PASSES = 32;

  private static final double HELD_SECONDS = 5e-3;

  private final CudaDevice device;
  private final CudaEngine engine;

  CudaProfile(CudaDevice device) {
    this.device = device;
    this.engine = new CudaEngine(device);
  }

  /**
   * Opens a GPU of this machine.
   *
   * @throws org.sscspark.config.BadInputException as {@link CudaEngine#open}
   */
  public static CudaProfile open(int gpu) {
    return new CudaProfile(CudaEngine.open(gpu).device());
  }

  /** The engine that is measured. */
  public Engine engine() {
    return engine;
  }

  /** Bytes a second, read and written, of the best of a few large copies. */
  public double bandwidth() {
    try (CudaStream stream = new CudaStream(device, 1)) {
      DeviceMemory from = stream.allocateWords(COPY_WORDS);
      DeviceMemory to = stream.allocateWords(COPY_WORDS);
      Grid grid = new Grid(blocks() * 4, 1, 1, THREADS, 1);
      double seconds =
          best(stream, () -> stream.launch("copy_floats", grid, from, to, COPY_WORDS / 4));
      return 2.0 * COPY_WORDS * Float.BYTES / seconds;
    }
  }

  /** Single-precision multiply-adds a second, of the best of a few runs in registers. */
  public double multiplyAddRate() {
    try (CudaStream stream = new CudaStream(device, 1)) {
      DeviceMemory out = stream.allocateWords((long) blocks() * THREADS);
      Grid grid = new Grid(blocks(), 1, 1, THREADS, 1);
      double seconds = best(stream, () -> stream.launch("multiply_add", grid, out, ROUNDS, 0.999f));
      return (double) blocks() * THREADS * ROUNDS * CHAINS / seconds;
    }
  }

  private int blocks() {
    return device.multiprocessors() * BLOCKS_OF_MULTIPROCESSOR;
  }

  private static double best(CudaStream stream, Runnable work) {
    Pointer start = stream.newEvent();
    Pointer end = stream.newEvent();
    double best = Double.POSITIVE_INFINITY;
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      stream.record(start);
      work.run();
      stream.record(end);
      stream.synchronize();
      best = Math.min(best, stream.seconds(start, end));
    }
    return best;
  }

  /**
   * Times each step of a network alone, forward and backward, in the order of training.
   *
   * @param parameters the network's
   * @param batch images of a minibatch; the values are noise
   * @param repeats of which the median is returned, after as many that do not count
   */
  public List<StepTime> steps(NetworkSpec network, float[] parameters, int batch, int repeats) {
    try (CudaReplica replica = new CudaReplica(network, NetworkPlan.of(network), batch, device)) {
      System.arraycopy(parameters, 0, replica.parameters(), 0, parameters.length);
      fill(replica, batch);
      CudaStream stream = replica.workspace().stream;
      Execution<CudaStep> execution = replica.execution();
      List<Timed> timed = new ArrayList<>();
      List<CudaStep> steps = execution.steps();
      for (int i = 0; i < steps.size(); i++) {
        CudaStep step = steps.get(i);
        Pass forward =
            new Pass(i, execution.planned().get(i).kind(), "forward", step.forwardCost());
        timed.add(new Timed(forward, step::forward, stream));
      }
      for (int i = steps.size() - 1; i >= 0; i--) {
        int index = i;
        Pass backward =
            new Pass(i, execution.planned().get(i).kind(), "backward", steps.get(i).backwardCost());
        timed.add(new Timed(backward, () -> execution.backward(index), stream));
      }
      Hold hold = new Hold(stream);
      for (int repeat = -repeats; repeat < repeats; repeat++) {
        for (int i = 0; i < timed.size(); i++) {
          if (i % HELD_PASSES == 0) {
            hold.queue();
          }
          timed.get(i).queue();
        }
        stream.synchronize();
        if (repeat >= 0) {
          timed.forEach(Timed::sample);
        }
      }
      return timed.stream().map(part -> part.result(batch)).toList();
    }
  }

  /** One step on noise, so that what is timed afterwards works on values as in training. */
  private static void fill(CudaReplica replica, int batch) {
    RandomStream random = RandomStream.of(0, Purpose.SYNTHETIC_IMAGE);
    float[] input = replica.newInput();
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) random.nextGaussian();
    }
    float[] logits = new float[batch * replica.network().classes()];
    replica.forward(input, batch, BatchNormMode.BATCH, logits);
    replica.backward(logits);
  }

  /**
   * A kernel that keeps the GPU busy while the host queues what comes behind it. Short kernels are
   * over before the host has queued the next, so without it their times would be the host's.
   */
  private static final class Hold {
    private static final Grid GRID = new Grid(1, 1, 1, THREADS, 1);

    private final CudaStream stream;
    private final DeviceMemory out;
    private final int rounds;

    Hold(CudaStream stream) {
      this.stream = stream;
      this.out = stream.allocateWords(THREADS);
      double seconds = best(stream, () -> queue(ROUNDS));
      this.rounds = (int) Math.min(Integer.MAX_VALUE, ROUNDS * HELD_SECONDS / seconds);
    }

    private void queue(int turns) {
      stream.launch("multiply_add", GRID, out, turns, 0.999f);
    }

    void queue() {
      queue(rounds);
    }
  }

  /** A pass of a step, and what it has to do. */
  private record Pass(int step, String kind, String name, Cost cost) {}

  /** A pass of a step between two marks. */
  private static final class Timed {
    private final Pass pass;
    private final Runnable work;
    private final CudaStream stream;
    private final Pointer start;
    private final Pointer end;
    private final List<Double> seconds = new ArrayList<>();

    Timed(Pass pass, Runnable work, CudaStream stream) {
      this.pass = pass;
      this.work = work;
      this.stream = stream;
      this.start = stream.newEvent();
      this.end = stream.newEvent();
    }

    void queue() {
      stream.record(start);
      work.run();
      stream.record(end);
    }

    void sample() {
      seconds.add(stream.seconds(start, end));
    }

    StepTime result(int batch) {
      double median = new Median().evaluate(seconds.stream().mapToDouble(s -> s).toArray());
      return new StepTime(
          pass.step,
          pass.kind,
          pass.name,
          1e3 * median,
          (double) pass.cost.floats() * Float.BYTES * batch,
          (double) pass.cost.multiplyAdds() * batch);
    }
  }
}
