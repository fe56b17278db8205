package org.sscspark.spark.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.sscspark.data.Dataset;
import org.sscspark.engine.FeatureStorage;
import org.sscspark.engine.lane.LaneEngine;
import org.sscspark.engine.lane.StepTimes;
import org.sscspark.engine.plan.MemoryTraffic;
import org.sscspark.engine.plan.NetworkPlan;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;

/**
 * What one training step of the lane engine is made of.
 *
 * @param network which weights
 * @param storage of features between steps
 * @param parts where the time goes, medians
 * @param bandwidth GB/s that one core moves to and from memory, the median of runs in turns with
 *     the steps
 * @param replicaBytes what the replica, its optimizer's state and its input hold in the Java heap:
 *     all buffers are planned, so it is the peak of a step
 * @param allocatedBytes what the process allocates in the Java heap during a step whose loops are
 *     compiled, by JMH's gc profiler
 * @param idleBytes what it allocates in the same time without a step, by Spark's threads
 * @param input the input pipeline; null without a data set
 */
public record StepProfile(
    String network,
    FeatureStorage storage,
    double density,
    List<Part> parts,
    double bandwidth,
    double stepMillis,
    long replicaBytes,
    double allocatedBytes,
    double idleBytes,
    InputPipeline input) {
  /**
   * A kind of operator.
   *
   * @param kind of the operator, or of the first of fused ones
   * @param millis in one step
   * @param share of all parts
   * @param bytes to and from memory, as planned ({@link MemoryTraffic}); zero of the loss
   */
  public record Part(String kind, String pass, double millis, double share, long bytes) {
    /** The bytes over the time. */
    double gigabytesPerSecond() {
      return bytes / millis / 1e6;
    }
  }

  /** The planned bytes of the whole step. */
  long bytes() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }

  /** What waiting for the compiler to be done takes at most, over the time for measuring. */
  private static final double SETTLING = 9;

  /** Of the time, for one of: timing the parts, allocation, the input pipeline. */
  private static final double SHARE = 0.27;

  static StepProfile measure(
      String name,
      NetworkSpec network,
      int batch,
      LaneEngine engine,
      Optional<Dataset> data,
      double seconds) {
    long before = usedHeap();
    try (ReplicaStep step = new ReplicaStep(engine.replica(network, batch))) {
      step.run();
      long replicaBytes = usedHeap() - before;
      long stepNanos = settle(step, SETTLING * seconds);
      double allocated = RoundBenchmark.measure(counts -> step.run(), SHARE * seconds);
      double idle = RoundBenchmark.measure(counts -> spin(stepNanos), SHARE * seconds);
      List<Double> bandwidths = new ArrayList<>();
      List<Part> parts = parts(engine, network, batch, SHARE * seconds, bandwidths);
      double stepMillis = parts.stream().mapToDouble(Part::millis).sum();
      InputPipeline input =
          data.map(images -> InputPipeline.measure(images, step, stepMillis, SHARE * seconds))
              .orElse(null);
      double dense = network.weighted().stream().mapToLong(layer -> layer.prunable()).sum();
      return new StepProfile(
          name,
          engine.storage(),
          step.weights() / dense,
          parts,
          median(bandwidths),
          stepMillis,
          replicaBytes,
          allocated,
          idle,
          input);
    }
  }

  /**
   * Runs steps until one allocates nothing. Loops that a step needs only once or twice are compiled
   * after thousands of calls, and box vectors until then.
   *
   * @param seconds that this takes at most
   * @return nanoseconds of the last step
   */
  private static long settle(ReplicaStep step, double seconds) {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long end = System.nanoTime() + (long) (1e9 * seconds);
    while (true) {
      long before = thread.getCurrentThreadAllocatedBytes();
      long start = System.nanoTime();
      step.run();
      long now = System.nanoTime();
      if (thread.getCurrentThreadAllocatedBytes() == before || now > end) {
        return now - start;
      }
    }
  }

  private static void spin(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  /**
   * Times the parts of steps.
   *
   * @param bandwidths receives what memory gave after each step
   */
  private static List<Part> parts(
      LaneEngine engine, NetworkSpec network, int batch, double seconds, List<Double> bandwidths) {
    MemoryBandwidth memory = new MemoryBandwidth();
    StepTimes times = new StepTimes();
    Map<StepTimes.Part, List<Double>> samples = new TreeMap<>();
    try (ReplicaStep step = new ReplicaStep(engine.replica(network, batch, times))) {
      RoundBenchmark.measure(
          counts -> {
            step.run(times);
            double bandwidth = memory.run();
            if (counts) {
              bandwidths.add(bandwidth);
              times
                  .millis()
                  .forEach(
                      (part, millis) ->
                          samples.computeIfAbsent(part, p -> new ArrayList<>()).add(millis));
            }
          },
          seconds);
    }
    Map<StepTimes.Part, Long> bytes = bytes(engine.trainingPlan(network), network, batch);
    Map<StepTimes.Part, Double> medians = new TreeMap<>();
    samples.forEach((part, millis) -> medians.put(part, median(millis)));
    double total = medians.values().stream().mapToDouble(Double::doubleValue).sum();
    List<Part> parts = new ArrayList<>();
    medians.forEach(
        (part, millis) ->
            parts.add(
                new Part(
                    part.kind(),
                    part.pass(),
                    millis,
                    millis / total,
                    bytes.getOrDefault(part, 0L))));
    return parts;
  }

  private static Map<StepTimes.Part, Long> bytes(NetworkPlan plan, NetworkSpec network, int batch) {
    ParameterLayout parameters = ParameterLayout.of(network);
    Map<StepTimes.Part, Long> bytes = new HashMap<>();
    MemoryTraffic.of(plan, parameters, batch)
        .forEach(part -> bytes.put(new StepTimes.Part(part.kind(), part.pass()), part.bytes()));
    bytes.put(ReplicaStep.UPDATE, ReplicaStep.updateBytes(parameters));
    return bytes;
  }

  private static double median(List<Double> samples) {
    return new Median().evaluate(samples.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static long usedHeap() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
