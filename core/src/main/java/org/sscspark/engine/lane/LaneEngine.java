package org.sscspark.engine.lane;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.Engine;
import org.sscspark.engine.EngineDescription;
import org.sscspark.engine.FeatureStorage;
import org.sscspark.engine.FlatReplica;
import org.sscspark.engine.InferenceReplica;
import org.sscspark.engine.Replica;
import org.sscspark.engine.ReplicaMemory;
import org.sscspark.engine.ReplicaUse;
import org.sscspark.engine.plan.NetworkPlan;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;

/**
 * The engine for CPUs: a vector's floats are examples, weights that do not exist cost nothing.
 * Results do not depend on the number of threads; they depend on the number of lanes.
 */
public final class LaneEngine implements Engine {
  /** The engine's name. */
  public static final String NAME = "lane";

  private static final int PLAIN_LANES = 8;

  /**
   * The compiler sums wrong guesses of a kind over all that it inlines into a method, once for each
   * copy, and past this limit guesses no more. A register block holds up to fifty copies of a
   * multiply-add, so at the default of 100 a few wrong guesses made elsewhere leave the block's
   * sums objects, to the end of the process.
   */
  private static final String TRAP_LIMIT = "PerMethodTrapLimit";

  private static final int ENOUGH_TRAPS = 100_000;
  private static final Logger LOG = LoggerFactory.getLogger(LaneEngine.class);

  /** Widths that were warned of, so that a process warns once. */
  private static final Set<Integer> WARNED = ConcurrentHashMap.newKeySet();

  private final int threads;
  private final FeatureStorage storage;
  private final Arithmetic arithmetic;

  /**
   * Uses the Vector API, or plain Java where {@link VectorGround} misses something, and keeps
   * features as they were computed.
   *
   * @param threads threads of one replica
   */
  public LaneEngine(int threads) {
    this(threads, FeatureStorage.FLOAT32);
  }

  /**
   * The same with another storage of features.
   *
   * @param threads threads of one replica
   * @param storage of features and their gradients in training
   * @throws BadInputException if several threads share a replica that keeps features in halves
   */
  public LaneEngine(int threads, FeatureStorage storage) {
    this(threads, storage, Detected.ARITHMETIC);
  }

  /**
   * The engine with a given number of lanes. Where the processor has fewer it computes in plain
   * Java, to the same bits.
   *
   * @param threads threads of one replica
   * @param storage of features and their gradients in training
   * @param lanes 4, 8 or 16; if empty, the processor's
   * @throws BadInputException if several threads share a replica that keeps features in halves
   */
  public static Engine of(int threads, FeatureStorage storage, OptionalInt lanes) {
    if (lanes.isEmpty() || lanes.getAsInt() == Detected.ARITHMETIC.lanes()) {
      return new LaneEngine(threads, storage);
    }
    int asked = lanes.getAsInt();
    if (Detected.ARITHMETIC instanceof VectorArithmetic && asked < widest()) {
      return LaneWidth.engine(asked, threads, storage);
    }
    if (Detected.ARITHMETIC instanceof VectorArithmetic && WARNED.add(asked)) {
      LOG.warn(
          "Vectors have {} lanes here, so the {} of this run are computed in plain Java, several"
              + " times slower; engine.lanes={} suits this processor",
          widest(),
          asked,
          widest());
    }
    return new LaneEngine(threads, storage, new PlainArithmetic(asked));
  }

  /** The lanes that this process computes with if nothing else is said. */
  public static int widest() {
    return Detected.ARITHMETIC.lanes();
  }

  LaneEngine(int threads, Arithmetic arithmetic) {
    this(threads, FeatureStorage.FLOAT32, arithmetic);
  }

  LaneEngine(int threads, FeatureStorage storage, Arithmetic arithmetic) {
    if (threads < 1) {
      throw new IllegalArgumentException("Threads must be positive, were " + threads);
    }
    if (threads > 1 && storage == FeatureStorage.BFLOAT16) {
      throw new BadInputException(
          "engine.storage = bfloat16 is for replicas of one thread, and here each has "
              + threads
              + ": set spark.task.cpus to 1, or engine.storage to float32");
    }
    this.threads = threads;
    this.storage = storage;
    this.arithmetic = arithmetic;
  }

  /** What training keeps features and their gradients as. */
  public FeatureStorage storage() {
    return storage;
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
            "%s, Java %s, objects aligned to %s bytes, %s pages%s",
            arithmetic.detail(),
            Runtime.version().feature(),
            VectorGround.option("ObjectAlignmentInBytes").orElse("?"),
            largePages() ? "large" : "small",
            EngineDescription.storageSuffix(storage)),
        arithmetic.lanes() + " lanes" + EngineDescription.storageSuffix(storage));
  }

  /** Whether the heap asks for large pages; only some systems have such. */
  private static boolean largePages() {
    return Stream.of("UseTransparentHugePages", "UseLargePages")
        .anyMatch(name -> Boolean.parseBoolean(VectorGround.option(name).orElse("")));
  }

  /** Whether the compiler stops guessing classes before register blocks are compiled. */
  private static boolean limitsGuesses() {
    return VectorGround.option(TRAP_LIMIT)
        .filter(limit -> Long.parseLong(limit) < ENOUGH_TRAPS)
        .isPresent();
  }

  @Override
  public Replica replica(NetworkSpec network, int capacity) {
    return replica(network, trainingPlan(network), capacity);
  }

  /** The plan of a training replica. */
  public NetworkPlan trainingPlan(NetworkSpec network) {
    return trainingPlan(network, threads, storage);
  }

  /** Bands are one thread's: several share whole minibatches. */
  private static NetworkPlan trainingPlan(
      NetworkSpec network, int threads, FeatureStorage storage) {
    return threads == 1
        ? NetworkPlan.inBands(network, ParameterLayout.of(network), storage)
        : NetworkPlan.of(network);
  }

  @Override
  public InferenceReplica inferenceReplica(NetworkSpec network, int capacity) {
    return replica(network, NetworkPlan.forInference(network), capacity);
  }

  /**
   * What a replica of this engine takes: {@link ReplicaMemory}. To train, one thread takes less
   * than several, as its layers run in bands, and less again with features in halves.
   */
  public static ReplicaMemory memory(ReplicaUse use) {
    NetworkPlan plan =
        use.trains()
            ? trainingPlan(use.network(), use.threads(), use.storage())
            : NetworkPlan.forInference(use.network());
    long buffers = plan.exampleBytes() * use.capacity();
    return new ReplicaMemory(FlatReplica.vectorBytes(use) + buffers, 0, 0);
  }

  private LaneReplica replica(NetworkSpec network, NetworkPlan plan, int capacity) {
    return new LaneReplica(
        network, plan, capacity, arithmetic, threads, CacheSizes.ofThisMachine());
  }

  /** The same replica, of which every step is timed. */
  public Replica replica(NetworkSpec network, int capacity, StepTimes times) {
    return replica(network, trainingPlan(network), capacity).timed(times);
  }

  /** Found once, at first use, so that a process warns once. */
  private static final class Detected {
    static final Arithmetic ARITHMETIC = detect();

    private static Arithmetic detect() {
      Optional<String> missing = VectorGround.missing();
      if (missing.isPresent()) {
        LOG.warn("The lane engine computes in plain Java, several times slower: {}", missing.get());
        return new PlainArithmetic(PLAIN_LANES);
      }
      if (limitsGuesses() && LaneWidth.of(LaneEngine.class).isEmpty()) {
        LOG.warn(
            "The compiler may take the lane engine's vectors for objects, which makes it several"
                + " times slower in one process of four; start Java with -XX:{}={}",
            TRAP_LIMIT,
            ENOUGH_TRAPS);
      }
      return new VectorArithmetic();
    }
  }
}
