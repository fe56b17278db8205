package org.sscspark.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.Engine;
import org.sscspark.engine.FeatureStorage;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.engine.Replica;
import org.sscspark.engine.ReplicaContract;
import org.sscspark.engine.Replicas;
import org.sscspark.engine.Replicas.Step;
import org.sscspark.engine.plan.Bands;
import org.sscspark.engine.plan.NetworkPlan;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pattern.KernelType;
import org.sscspark.pattern.SscPattern;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

/** Runs with vectors of every width: core/pom.xml says how. */
@Tag("lane-contract")
class LaneEngineTest extends ReplicaContract {
  private static final CacheSizes DEFAULT = CacheSizes.DEFAULT;
  private static final CacheSizes SMALL = new CacheSizes(4096, 16384, 1 << 20);
  private static final CacheSizes TINY = new CacheSizes(1, 1, 1);

  @Override
  protected Engine engine() {
    return new LaneEngine(2);
  }

  @Override
  protected List<Integer> batchSizes() {
    return List.of(1, 3, 19);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void bitsDoNotDependOnThreads(Kind kind) {
    Step one = step(new LaneEngine(1), kind);

    assertThat(step(new LaneEngine(2), kind).sameBits(one)).isTrue();
    assertThat(step(new LaneEngine(5), kind).sameBits(one)).isTrue();
  }

  /** Kind: a product of two counts that an int cannot hold, in bands and of whole minibatches. */
  @ParameterizedTest
  @CsvSource({"8000, 1", "24001, 2"})
  void bitsOfTallImagesDoNotDependOnThreads(int height, int stride) {
    RandomNetworks random = new RandomNetworks(23);
    NetworkSpec network =
        new NetworkSpec(
            "tall",
            new FeatureShape(1, height, 40),
            List.of(
                new Op.Convolution(
                    "conv", "input", Support.dense(new WeightShape(2, 1, 3, 3)), stride, 1, false),
                new Op.BatchNorm("norm", "conv", 2),
                new Op.Relu("relu", "norm"),
                new Op.MaxPool("max", "relu", 4, 4, 0),
                new Op.GlobalAveragePool("pool", "max"),
                new Op.FullyConnected(
                    "head", "pool", Support.dense(new WeightShape(3, 2, 1, 1)), true)));
    float[] parameters = random.parameters(network);
    float[] images = random.images(network, 1);
    float[] slopes = random.gaussians(3);
    BatchNormMode mode = BatchNormMode.BATCH;
    Arithmetic four = new PlainArithmetic(4);

    Step one = Replicas.step(new LaneEngine(1, four), network, parameters, images, 1, mode, slopes);
    Step two = Replicas.step(new LaneEngine(2, four), network, parameters, images, 1, mode, slopes);

    assertThat(two.sameBits(one)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void plainJavaGivesTheBitsOfTheVectorApi(Kind kind) {
    Arithmetic vector = new VectorArithmetic();
    Step plain = step(new LaneEngine(1, new PlainArithmetic(vector.lanes())), kind);

    assertThat(step(new LaneEngine(1, vector), kind).sameBits(plain)).isTrue();
  }

  /** Wider than the processor's it is plain Java, so that it runs everywhere. */
  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16})
  void anyNumberOfLanesGivesTheBitsOfPlainJava(int lanes) {
    Engine engine = LaneEngine.of(1, FeatureStorage.FLOAT32, OptionalInt.of(lanes));

    assertThat(engine.description().lanes()).isEqualTo(lanes);
    assertThat(engine.description().isPlainJava()).isEqualTo(lanes > LaneEngine.widest());
    for (Kind kind : Kind.values()) {
      Step plain = step(new LaneEngine(1, new PlainArithmetic(lanes)), kind);
      assertThat(step(engine, kind).sameBits(plain)).as(kind.toString()).isTrue();
      assertThat(
              step(LaneEngine.of(3, FeatureStorage.FLOAT32, OptionalInt.of(lanes)), kind)
                  .sameBits(plain))
          .isTrue();
    }
  }

  @Test
  void otherLanesAreOtherBits() {
    Step four = step(LaneEngine.of(1, FeatureStorage.FLOAT32, OptionalInt.of(4)), Kind.values()[0]);

    assertThat(
            step(LaneEngine.of(1, FeatureStorage.FLOAT32, OptionalInt.of(8)), Kind.values()[0])
                .sameBits(four))
        .isFalse();
  }

  /**
   * More sums, taps and positions than one chunk, run or tile has, and remainders of each; from 50
   * channels on, dense layers skip columns of zeros.
   */
  @ParameterizedTest
  @CsvSource({
    "dense, 32, 1",
    "dense, 52, 1",
    "dense, 60, 2",
    "patterned, 32, 1",
    "unstructured, 32, 1"
  })
  void wideConvolutionsAgreeInEveryWay(String kind, int channels, int stride) {
    RandomNetworks random = new RandomNetworks(13);
    WeightShape shape = new WeightShape(52, channels, 3, 3);
    agreeInEveryWay(kind, random, wide(support(kind, shape, random), 9, 7, stride), 35);
  }

  /** Few positions and many filters: lanes of filters, with idle ones and remainders of taps. */
  @ParameterizedTest
  @CsvSource({
    "dense, 94, 2, 2, 1, 35",
    "dense, 60, 4, 3, 1, 19",
    "dense, 32, 7, 5, 2, 16",
    "dense, 57, 1, 1, 1, 70",
    "patterned, 124, 4, 4, 1, 35",
    "patterned, 128, 3, 2, 1, 3",
    "patterned, 256, 7, 8, 2, 17"
  })
  void smallImagesOfManyFiltersAgreeInEveryWay(
      String kind, int filters, int height, int width, int stride, int count) {
    RandomNetworks random = new RandomNetworks(17);
    WeightShape shape = new WeightShape(filters, 20, 3, 3);
    NetworkSpec network = wide(support(kind, shape, random), height, width, stride);
    agreeInEveryWay(kind, random, network, count);
  }

  private void agreeInEveryWay(String kind, RandomNetworks random, NetworkSpec network, int count) {
    float[] parameters = random.parameters(network);
    float[] images = random.images(network, count);
    float[] slopes = random.gaussians(count * network.classes());
    BatchNormMode mode = BatchNormMode.BATCH;
    compare(network, parameters, images, count, mode, slopes, kind);
    Step one = Replicas.step(new LaneEngine(1), network, parameters, images, count, mode, slopes);

    int lanes = new VectorArithmetic().lanes();
    for (Engine other : List.of(new LaneEngine(3), new LaneEngine(1, new PlainArithmetic(lanes)))) {
      Step step = Replicas.step(other, network, parameters, images, count, mode, slopes);
      assertThat(step.sameBits(one)).as(other.description().toString()).isTrue();
    }
  }

  private static Support support(String kind, WeightShape shape, RandomNetworks random) {
    if (kind.equals("dense")) {
      return Support.dense(shape);
    }
    if (kind.equals("patterned")) {
      List<KernelType> slots =
          List.of(KernelType.ODD, KernelType.POINT, KernelType.EVEN, KernelType.ZERO);
      return new Support.Patterned(shape, new SscPattern(slots, 1, 0, 1, 1));
    }
    BitSet kept = new BitSet();
    for (int i = 0; i < shape.size(); i++) {
      kept.set(i, random.between(0, 5) == 0);
    }
    return new Support.Explicit(shape, kept);
  }

  private static NetworkSpec wide(Support support, int height, int width, int stride) {
    Op op = new Op.Convolution("wide", "input", support, stride, 1, true);
    return new NetworkSpec(
        "wide",
        new FeatureShape(support.shape().channels(), height, width),
        List.of(op, new Op.GlobalAveragePool("pool", "wide")));
  }

  /** An execution of these tests for fewer lanes has them; it would test the others twice else. */
  @Test
  void hasTheLanesThatTheExecutionIsFor() {
    int lanes = engine().description().lanes();

    assertThat(lanes).isEqualTo(Integer.getInteger("sscspark.test.lanes", lanes));
  }

  /** Sizes of caches decide how long loops are, not in which order a sum is made. */
  @ParameterizedTest
  @CsvSource({"1, 1, 1", "4096, 65536, 1", "1048576, 134217728, 1073741824"})
  void sizesOfCachesChangeNoBit(int level1, int level2, int level3) {
    RandomNetworks random = new RandomNetworks(19);
    WeightShape shape = new WeightShape(52, 32, 3, 3);
    NetworkSpec network = wide(support("unstructured", shape, random), 9, 7, 1);
    float[] parameters = random.parameters(network);
    float[] images = random.images(network, 35);
    float[] slopes = random.gaussians(35 * network.classes());
    BatchNormMode mode = BatchNormMode.BATCH;
    Step expected = Replicas.step(new LaneEngine(1), network, parameters, images, 35, mode, slopes);
    CacheSizes caches = new CacheSizes(level1, level2, level3);
    try (Replica replica =
        new LaneReplica(network, NetworkPlan.of(network), 35, LaneEngine.arithmetic(), 1, caches)) {
      System.arraycopy(parameters, 0, replica.parameters(), 0, parameters.length);

      assertThat(Replicas.step(replica, images, 35, mode, slopes).sameBits(expected)).isTrue();
    }
  }

  /** Values that pass between layers in bands have the bits of values that wait in buffers. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void bandsChangeNoBit(Kind kind) {
    for (long seed = 1; seed <= 3; seed++) {
      RandomNetworks random = new RandomNetworks(seed);
      NetworkSpec network = random.network(kind);
      ParameterLayout layout = ParameterLayout.of(network);
      float[] parameters = random.parameters(network);
      float[] images = random.images(network, 35);
      float[] slopes = random.gaussians(35 * network.classes());
      for (BatchNormMode mode : BatchNormMode.values()) {
        Step expected =
            step(NetworkPlan.of(network), network, DEFAULT, parameters, images, mode, slopes);
        // Two rows, four or so, and all.
        for (CacheSizes caches : List.of(TINY, SMALL, DEFAULT)) {
          NetworkPlan plan = NetworkPlan.inBands(network, layout, FeatureStorage.FLOAT32);
          Step banded = step(plan, network, caches, parameters, images, mode, slopes);
          assertThat(banded.sameBits(expected)).as("%d, %s, %s", seed, mode, caches).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet20", "mobilenetv2"})
  void bandsChangeNoBitOfKnownNetworks(String name) {
    RandomNetworks random = new RandomNetworks(1);
    NetworkSpec network = ModelZoo.named(name, new FeatureShape(3, 32, 32), 10, 0.25);
    NetworkPlan bands =
        NetworkPlan.inBands(network, ParameterLayout.of(network), FeatureStorage.FLOAT32);
    float[] parameters = random.parameters(network);
    float[] images = random.images(network, 35);
    float[] slopes = random.gaussians(350);
    BatchNormMode mode = BatchNormMode.BATCH_AND_UPDATE;
    NetworkPlan whole = NetworkPlan.of(network);

    assertThat(bands.steps()).anyMatch(step -> step.bands() instanceof Bands.Layer);
    assertThat(
            step(bands, network, SMALL, parameters, images, mode, slopes)
                .sameBits(step(whole, network, DEFAULT, parameters, images, mode, slopes)))
        .isTrue();
  }

  private static Step step(
      NetworkPlan plan,
      NetworkSpec network,
      CacheSizes caches,
      float[] parameters,
      float[] images,
      BatchNormMode mode,
      float[] slopes) {
    Arithmetic arithmetic = LaneEngine.arithmetic();
    try (Replica replica = new LaneReplica(network, plan, 35, arithmetic, 1, caches)) {
      System.arraycopy(parameters, 0, replica.parameters(), 0, parameters.length);
      // Twice: the second step finds in windows what the first has left there.
      Replicas.step(replica, images, 35, mode, slopes);
      return Replicas.step(replica, images, 35, mode, slopes);
    }
  }

  @Test
  void describesLanesAndThreads() {
    assertThat(engine().description().name()).isEqualTo("lane");
    assertThat(engine().description().lanes()).isEqualTo(new VectorArithmetic().lanes());
    assertThat(engine().description().threads()).isEqualTo(2);
    assertThat(engine().description().detail()).contains(" bits, Java ", "aligned to ");
  }

  private static Step step(Engine engine, Kind kind) {
    RandomNetworks random = new RandomNetworks(7);
    NetworkSpec network = random.network(kind);
    float[] parameters = random.parameters(network);
    float[] images = random.images(network, 21);
    float[] slopes = random.gaussians(21 * network.classes());
    return Replicas.step(
        engine, network, parameters, images, 21, BatchNormMode.BATCH_AND_UPDATE, slopes);
  }
}
