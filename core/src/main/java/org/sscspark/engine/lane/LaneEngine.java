package org.sscspark.engine.lane;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.engine.Engine;
import org.sscspark.engine.EngineDescription;
import org.sscspark.engine.Replica;
import org.sscspark.network.NetworkSpec;

/**
 * The engine for CPUs: a vector's floats are examples, weights that do not exist cost nothing.
 * Results do not depend on the number of threads; they depend on the number of lanes.
 */
public final class LaneEngine implements Engine {
  /** The engine's name. */
  public static final String NAME = "lane";

  private static final String MODULE = "jdk.incubator.vector";
  private static final int PLAIN_LANES = 8;
  private static final Logger LOG = LoggerFactory.getLogger(LaneEngine.class);

  private final int threads;
  private final Arithmetic arithmetic;

  /**
   * Uses the Vector API, or plain Java where its module is missing.
   *
   * @param threads threads of one replica
   */
  public LaneEngine(int threads) {
    this(threads, Detected.ARITHMETIC);
  }

  LaneEngine(int threads, Arithmetic arithmetic) {
    if (threads < 1) {
      throw new IllegalArgumentException("Threads must be positive, were " + threads);
    }
    this.threads = threads;
    this.arithmetic = arithmetic;
  }

  /** The loops that this process uses. */
  static Arithmetic arithmetic() {
    return Detected.ARITHMETIC;
  }

  @Override
  public EngineDescription description() {
    return new EngineDescription(
        NAME,
        arithmetic.lanes(),
        threads,
        String.format(
            Locale.ROOT,
            "%s, Java %s, objects aligned to %s bytes, %s pages",
            arithmetic.detail(),
            Runtime.version().feature(),
            option("ObjectAlignmentInBytes"),
            largePages() ? "large" : "small"));
  }

  /** Whether the heap asks for large pages; only some systems have such. */
  private static boolean largePages() {
    return Stream.of("UseTransparentHugePages", "UseLargePages")
        .anyMatch(
            name -> {
              try {
                return Boolean.parseBoolean(option(name));
              } catch (IllegalArgumentException e) {
                return false;
              }
            });
  }

  /**
   * The value of a JVM option.
   *
   * @throws IllegalArgumentException if this JVM has no such option
   */
  private static String option(String name) {
    return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .getVMOption(name)
        .getValue();
  }

  @Override
  public Replica replica(NetworkSpec network, int capacity) {
    return new LaneReplica(network, capacity, arithmetic, threads);
  }

  /** The same replica, of which every step is timed. */
  public Replica replica(NetworkSpec network, int capacity, StepTimes times) {
    return new LaneReplica(network, capacity, arithmetic, threads).timed(times);
  }

  /** Found once, at first use, so that a process warns once. */
  private static final class Detected {
    static final Arithmetic ARITHMETIC = detect();

    private static Arithmetic detect() {
      if (ModuleLayer.boot().findModule(MODULE).isPresent()) {
        return new VectorArithmetic();
      }
      LOG.warn(
          "The module {} is missing, so the lane engine runs several times slower; start Java with"
              + " --add-modules={}",
          MODULE,
          MODULE);
      return new PlainArithmetic(PLAIN_LANES);
    }
  }
}
