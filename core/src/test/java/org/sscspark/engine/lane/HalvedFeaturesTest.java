package org.sscspark.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sscspark.engine.FeatureStorage.BFLOAT16;
import static org.sscspark.engine.FeatureStorage.FLOAT32;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.FeatureStorage;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.engine.Replica;
import org.sscspark.engine.Replicas;
import org.sscspark.engine.Replicas.Step;
import org.sscspark.engine.plan.NetworkPlan;
import org.sscspark.engine.plan.PlannedStep;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

/** Features that are kept as bfloat16 between the steps of a network. */
@Tag("lane-contract")
class HalvedFeaturesTest {
  private static final List<CacheSizes> CACHES =
      List.of(new CacheSizes(1, 1, 1), new CacheSizes(4096, 16384, 1 << 20), CacheSizes.DEFAULT);
  private static final int COUNT = 35;

  private static final float[] SPECIAL = {
    0,
    -0f,
    1,
    -1,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.intBitsToFloat(0x3f808000),
    Float.intBitsToFloat(0x3f818000),
    Float.intBitsToFloat(0x3f807fff),
    Float.intBitsToFloat(0x3f808001),
    Float.intBitsToFloat(0x7fffffff),
    Float.intBitsToFloat(0xffffffff),
    Float.intBitsToFloat(0xff800001),
    Float.intBitsToFloat(0x7f7f7fff),
    Float.intBitsToFloat(0x7f7f8000)
  };

  /** The nearest number with 8 significant bits, found from both of its neighbours. */
  private static float nearest(float value) {
    int below = Float.floatToRawIntBits(value) & 0xffff0000;
    float down = Float.intBitsToFloat(below);
    float up = Float.intBitsToFloat(below + 0x10000);
    if (Float.isNaN(value) || Float.isInfinite(value)) {
      return value;
    }
    // Beyond the largest number the next step up would be 2^128.
    double next = Float.isInfinite(up) ? Math.copySign(0x1p128, value) : up;
    double toDown = Math.abs((double) value - down);
    double toUp = Math.abs(next - value);
    boolean even = (below >>> 16 & 1) == 0;
    return toDown < toUp || toDown == toUp && even ? down : up;
  }

  private static float[] specialFloats(int count) {
    Random random = new Random(5);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          i < SPECIAL.length ? SPECIAL[i] : Float.intBitsToFloat(random.nextInt() & ~(i % 3 << 14));
    }
    return values;
  }

  @Test
  void roundsToTheNearestAndLeavesOtherPositionsAlone() {
    Arithmetic vector = LaneEngine.arithmetic();
    int lanes = vector.lanes();
    for (int width : new int[] {4, 5, 7}) {
      LaneLayout layout = new LaneLayout(new FeatureShape(3, 5, width), 1, lanes, 2);
      float[] values = specialFloats(layout.length());
      for (Arithmetic arithmetic : List.of(vector, new PlainArithmetic(lanes))) {
        LaneBuffer halved = LaneBuffer.of(layout, BFLOAT16);
        for (int[] rows : new int[][] {{0, 2}, {2, 4}, {4, 5}}) {
          for (int c = 0; c < 3; c++) {
            LaneSlice slice = new LaneSlice();
            slice.set(1, c, rows[0] * width, rows[1] * width);
            arithmetic.copy(new LaneBuffer(layout, values), slice, halved, slice);
          }
        }
        float[] back = new float[values.length];
        Arrays.fill(back, 77);
        float[] expected = back.clone();
        LaneSlice slice = new LaneSlice();
        for (int c = 0; c < 3; c++) {
          slice.set(1, c, 2 * width, 5 * width);
          arithmetic.copy(halved, slice, new LaneBuffer(layout, back), slice);
          for (int i = slice.first; i < slice.last; i++) {
            int at = layout.plane(slice) + halved.plane[i];
            for (int lane = at; lane < at + lanes; lane++) {
              expected[lane] = nearest(values[lane]);
            }
          }
        }
        assertThat(back).as("%s, width %d", arithmetic.detail(), width).isEqualTo(expected);
      }
    }
  }

  /** Of some features; some are no numbers, too small or too large for one that is rounded. */
  private static float[] features(LaneLayout layout, boolean special, long seed) {
    float[] values = new float[layout.length()];
    Random random = new Random(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] =
          special && random.nextInt(200) == 0
              ? SPECIAL[random.nextInt(SPECIAL.length)]
              : (float) random.nextGaussian();
    }
    return values;
  }

  private static LaneBuffer halved(Arithmetic arithmetic, LaneLayout layout, float[] values) {
    LaneBuffer halved = LaneBuffer.of(layout, BFLOAT16);
    LaneSlice slice = new LaneSlice();
    for (int c = 0; c < layout.shape().channels(); c++) {
      slice.plane(halved, 0, c);
      arithmetic.copy(new LaneBuffer(layout, values), slice, halved, slice);
    }
    return halved;
  }

  /** What a norm takes in some rows after others: halves, and all sums. */
  private static int[] taken(
      Arithmetic arithmetic, LaneLayout layout, boolean skips, boolean special) {
    float[] computed = features(layout, special, 1);
    LaneBuffer x = halved(arithmetic, layout, features(layout, false, 2));
    LaneBuffer out = halved(arithmetic, layout, features(layout, false, 3));
    LaneBuffer gradient = LaneBuffer.of(layout, BFLOAT16);
    LaneBuffer stored = LaneBuffer.of(layout, BFLOAT16);
    LaneNorm norm =
        new LaneNorm(
            new LaneValue(x, x),
            skips ? new LaneValue(x, x) : null,
            new LaneValue(out, gradient),
            /* rectified= */ true,
            /* addsToInput= */ false);
    int lanes = arithmetic.lanes();
    float[] sums = new float[10 * lanes * layout.shape().channels()];
    LaneBuffer floats = new LaneBuffer(layout, computed);
    LaneSlice slice = new LaneSlice();
    int width = layout.shape().width();
    for (int[] rows : new int[][] {{0, 2}, {2, 4}, {4, 5}}) {
      for (int c = 0; c < layout.shape().channels(); c++) {
        norm.mean[c] = 0.25f;
        norm.scale[c] = c - 1;
        norm.shift[c] = 0.125f;
        slice.set(0, c, rows[0] * width, rows[1] * width);
        arithmetic.halveWithMoments(floats, stored, slice, sums, 10 * lanes * c);
        arithmetic.halveWithSums(norm, floats, slice, sums, (10 * c + 5) * lanes);
      }
    }
    // All that is no number is one, as which one a sum becomes is the processor's choice.
    IntStream ofSums = IntStream.range(0, sums.length).map(i -> Float.floatToIntBits(sums[i]));
    return Stream.of(Arrays.stream(stored.pairs), Arrays.stream(gradient.pairs), ofSums)
        .flatMapToInt(ints -> ints)
        .toArray();
  }

  /** Guards what is rounded and summed in one loop, where it meets what is no number, too. */
  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void isRoundedAndSummedToTheSameBitsInOneLoop(boolean skips, boolean special) {
    Arithmetic vector = LaneEngine.arithmetic();
    for (int width : new int[] {4, 5, 7}) {
      LaneLayout layout = new LaneLayout(new FeatureShape(3, 5, width), 1, vector.lanes(), 1);
      Arithmetic plain = new PlainArithmetic(vector.lanes());

      assertThat(taken(vector, layout, skips, special))
          .as("width %d", width)
          .isEqualTo(taken(plain, layout, skips, special));
    }
  }

  private static void block(List<Op> ops, String name, String in, int from, int to, int stride) {
    String skip = in;
    if (stride > 1) {
      Support point = Support.dense(new WeightShape(to, from, 1, 1));
      ops.add(new Op.Convolution(name + ".skip", in, point, stride, 0, false));
      ops.add(new Op.BatchNorm(name + ".skipnorm", name + ".skip", to));
      skip = name + ".skipnorm";
    }
    layer(ops, name + ".a", in, from, to, stride);
    Support support = Support.dense(new WeightShape(to, to, 3, 3));
    ops.add(new Op.Convolution(name + ".b", name + ".a.relu", support, 1, 1, false));
    ops.add(new Op.BatchNorm(name + ".bnorm", name + ".b", to));
    ops.add(new Op.Add(name + ".add", name + ".bnorm", skip));
    ops.add(new Op.Relu(name, name + ".add"));
  }

  private static void layer(List<Op> ops, String name, String in, int from, int to, int stride) {
    Support support = Support.dense(new WeightShape(to, from, 3, 3));
    ops.add(new Op.Convolution(name, in, support, stride, 1, false));
    ops.add(new Op.BatchNorm(name + ".norm", name, to));
    ops.add(new Op.Relu(name + ".relu", name + ".norm"));
  }

  /** Blocks behind a pool: every way in which halved features are read and written. */
  private static NetworkSpec residual() {
    List<Op> ops = new ArrayList<>();
    layer(ops, "stem", NetworkSpec.INPUT, 3, 6, 1);
    ops.add(new Op.MaxPool("pool", "stem.relu", 2, 2, 0));
    block(ops, "one", "pool", 6, 6, 1);
    block(ops, "two", "one", 6, 12, 2);
    block(ops, "three", "two", 12, 12, 1);
    ops.add(new Op.GlobalAveragePool("mean", "three"));
    Support classes = Support.dense(new WeightShape(4, 12, 1, 1));
    ops.add(new Op.FullyConnected("classifier", "mean", classes, true));
    return new NetworkSpec("residual", new FeatureShape(3, 32, 32), ops);
  }

  @Test
  void allButLayersOnWholeMinibatchesIsHalved() {
    NetworkSpec network = residual();
    NetworkPlan plan = NetworkPlan.inBands(network, ParameterLayout.of(network), BFLOAT16);

    assertThat(plan.steps())
        .extracting(PlannedStep::output)
        .filteredOn(value -> !value.isHalved())
        .extracting("name")
        .containsExactly("mean", "classifier");
    assertThat(NetworkPlan.inBands(network, ParameterLayout.of(network), FLOAT32).steps())
        .noneMatch(step -> step.output().isHalved());
  }

  /**
   * Weights of one or zero, one for each filter, norms that change nothing and small whole images:
   * all that is stored has few bits, so rounding changes none, and neither may anything else.
   */
  @Test
  void whatHasFewBitsStaysAsItIs() {
    NetworkSpec network = residual();
    Random random = new Random(3);
    float[] images = new float[COUNT * network.input().size()];
    for (int i = 0; i < images.length; i++) {
      images[i] = random.nextInt(5) - 2;
    }
    float[] slopes = new float[COUNT * network.classes()];
    for (int i = 0; i < slopes.length; i++) {
      slopes[i] = random.nextInt(3) - 1;
    }
    float[] parameters = withFewBits(network, random);
    BatchNormMode mode = BatchNormMode.RUNNING;
    Step expected = step(network, FLOAT32, CacheSizes.DEFAULT, parameters, images, mode, slopes);

    assertThat(expected.inputGradient()).contains(1f / 64);
    for (CacheSizes caches : CACHES) {
      Step halved = step(network, BFLOAT16, caches, parameters, images, mode, slopes);
      assertThat(halved.logits()).isEqualTo(expected.logits());
      assertThat(halved.gradients()).isEqualTo(expected.gradients());
      assertThat(halved.inputGradient()).isEqualTo(expected.inputGradient());
    }
  }

  private static float[] withFewBits(NetworkSpec network, Random random) {
    ParameterLayout layout = ParameterLayout.of(network);
    float[] parameters = new float[layout.size()];
    for (Segment segment : layout.segments()) {
      for (int i = segment.offset(); i < segment.end(); i++) {
        parameters[i] = segment.role() == Role.SCALE ? 1 : 0;
        // The square root of it and the norm's epsilon is one in single precision.
        parameters[i] = segment.role() == Role.VARIANCE ? 1 - 1e-5f : parameters[i];
      }
    }
    for (Op.Weighted op : network.weighted()) {
      WeightShape shape = op.support().shape();
      int offset = layout.segment(op.name(), Role.WEIGHT).offset();
      int taps = shape.kernelHeight() * shape.kernelWidth();
      for (int f = 0; f < shape.filters(); f++) {
        int channel = f % shape.channels();
        int tap = random.nextInt(taps);
        parameters[offset + (f * shape.channels() + channel) * taps + tap] = 1;
      }
    }
    return parameters;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void noBitDependsOnCachesOrOnVectors(Kind kind) {
    for (long seed = 1; seed <= 3; seed++) {
      RandomNetworks random = new RandomNetworks(seed);
      NetworkSpec network = random.network(kind);
      float[] parameters = random.parameters(network);
      float[] images = random.images(network, COUNT);
      float[] slopes = random.gaussians(COUNT * network.classes());
      for (BatchNormMode mode : BatchNormMode.values()) {
        Arithmetic plain = new PlainArithmetic(LaneEngine.arithmetic().lanes());
        Step expected =
            step(network, BFLOAT16, CacheSizes.DEFAULT, plain, parameters, images, mode, slopes);
        for (CacheSizes caches : CACHES) {
          Arithmetic vector = LaneEngine.arithmetic();
          Step step = step(network, BFLOAT16, caches, vector, parameters, images, mode, slopes);
          assertThat(step.sameBits(expected)).as("%d, %s, %s", seed, mode, caches).isTrue();
        }
      }
    }
  }

  /** The same step with features as floats and as halves. */
  private record Both(Step exact, Step halved) {
    static Both of(RandomNetworks random, NetworkSpec network, BatchNormMode mode) {
      float[] parameters = random.parameters(network);
      float[] images = random.images(network, COUNT);
      float[] slopes = random.gaussians(COUNT * network.classes());
      return new Both(
          step(network, FLOAT32, CacheSizes.DEFAULT, parameters, images, mode, slopes),
          step(network, BFLOAT16, CacheSizes.DEFAULT, parameters, images, mode, slopes));
    }

    double of(Function<Step, float[]> values) {
      return distance(values.apply(halved), values.apply(exact));
    }
  }

  /**
   * Rounding to 8 bits in every layer, of which there are 20 and 53, forward and backward. Behind
   * norms of a minibatch's own statistics gradients are as far from each other as those of weights
   * that are rounded so, measured: 0.25 and 0.8.
   */
  @ParameterizedTest
  @CsvSource({
    "resnet20, RUNNING, 0.02, 0.05",
    "resnet20, BATCH_AND_UPDATE, 0.02, 0.4",
    "mobilenetv2, RUNNING, 0.04, 0.15",
    "mobilenetv2, BATCH_AND_UPDATE, 0.1, 1.1"
  })
  void gradientsAreThoseOfFloatsButForRounding(
      String name, BatchNormMode mode, double ofLogits, double ofGradients) {
    NetworkSpec network = ModelZoo.named(name, new FeatureShape(3, 32, 32), 10, 0.25);
    Both steps = Both.of(new RandomNetworks(1), network, mode);

    assertThat(steps.of(Step::logits)).isBetween(1e-4, ofLogits);
    assertThat(steps.of(Step::gradients)).isBetween(1e-4, ofGradients);
    assertThat(steps.of(Step::parameters)).isLessThan(0.005);
  }

  /**
   * Kind: a place that is found again by a value which has been rounded in between, and statistics
   * of what has been rounded on its way.
   */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void everyOperatorPassesGradientsThatAreThoseOfFloatsButForRounding(Kind kind) {
    for (BatchNormMode mode : BatchNormMode.values()) {
      for (long seed = 1; seed <= 3; seed++) {
        RandomNetworks random = new RandomNetworks(seed);
        Both steps = Both.of(random, random.network(kind), mode);

        assertThat(steps.of(Step::logits)).isLessThan(0.02);
        assertThat(steps.of(Step::gradients)).isLessThan(0.1);
        assertThat(steps.of(Step::inputGradient)).isLessThan(0.15);
        assertThat(steps.of(Step::parameters)).isLessThan(3e-4);
      }
    }
  }

  /** The distance of two vectors over the length of the second. */
  private static double distance(float[] actual, float[] expected) {
    double difference = 0;
    double length = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow((double) actual[i] - expected[i], 2);
      length += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / length);
  }

  private static Step step(
      NetworkSpec network,
      FeatureStorage storage,
      CacheSizes caches,
      float[] parameters,
      float[] images,
      BatchNormMode mode,
      float[] slopes) {
    Arithmetic arithmetic = LaneEngine.arithmetic();
    return step(network, storage, caches, arithmetic, parameters, images, mode, slopes);
  }

  private static Step step(
      NetworkSpec network,
      FeatureStorage storage,
      CacheSizes caches,
      Arithmetic arithmetic,
      float[] parameters,
      float[] images,
      BatchNormMode mode,
      float[] slopes) {
    NetworkPlan plan = NetworkPlan.inBands(network, ParameterLayout.of(network), storage);
    try (Replica replica = new LaneReplica(network, plan, COUNT, arithmetic, 1, caches)) {
      System.arraycopy(parameters, 0, replica.parameters(), 0, parameters.length);
      // Twice: the second step finds in windows and buffers what the first has left there.
      Replicas.step(replica, images, COUNT, mode, slopes);
      return Replicas.step(replica, images, COUNT, mode, slopes);
    }
  }
}
