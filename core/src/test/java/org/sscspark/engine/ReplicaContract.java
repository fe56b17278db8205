package org.sscspark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sscspark.engine.Tolerance.assertClose;
import static org.sscspark.engine.Tolerance.assertEachClose;
import static org.sscspark.engine.Tolerance.doubles;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sscspark.engine.DoubleNetwork.Gradient;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.engine.Replicas.Step;
import org.sscspark.engine.nd4j.Nd4jDoubleNetwork;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;

/** What every engine's replicas must do. A subclass names the engine. */
public abstract class ReplicaContract {
  private static final double TOLERANCE = 1e-4;

  /** Of the sum of an element's terms' magnitudes. */
  private static final double EACH = 1e-5;

  /** The engine under test. */
  protected abstract Engine engine();

  /** Minibatch sizes that matter to the engine, each at least 1. */
  protected List<Integer> batchSizes() {
    return List.of(1, 2, 5);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  protected void agreesWithDoublePrecision(Kind kind) {
    int seeds = kind == Kind.CONVOLUTION ? 12 : 3;
    for (long seed = 100; seed < 100 + seeds; seed++) {
      RandomNetworks random = new RandomNetworks(seed);
      NetworkSpec network = random.network(kind);
      float[] parameters = random.parameters(network);
      for (int count : batchSizes()) {
        float[] images = random.images(network, count);
        float[] slopes = random.gaussians(count * network.classes());
        for (BatchNormMode mode : BatchNormMode.values()) {
          String what = kind + ", seed " + seed + ", " + count + " images, " + mode;
          compare(network, parameters, images, count, mode, slopes, what);
        }
      }
    }
  }

  /** Compares one step with the same in double precision. */
  protected void compare(
      NetworkSpec network,
      float[] parameters,
      float[] images,
      int count,
      BatchNormMode mode,
      float[] slopes,
      String what) {
    Nd4jDoubleNetwork oracle = new Nd4jDoubleNetwork(network);
    double[] exactLogits = oracle.logits(doubles(parameters), doubles(images), count, mode);
    Gradient exact =
        oracle.gradient(
            doubles(parameters),
            doubles(images),
            count,
            mode,
            (logits, gradient) -> {
              System.arraycopy(doubles(slopes), 0, gradient, 0, gradient.length);
              return 0;
            });

    Step step = Replicas.step(engine(), network, parameters, images, count, mode, slopes);

    assertClose(what + ", logits", step.logits(), exactLogits, TOLERANCE);
    assertClose(what + ", input gradient", step.inputGradient(), exact.images(), TOLERANCE);
    for (Segment segment : oracle.layout().segments()) {
      assertClose(
          what + ", gradient of " + segment,
          step.gradients(),
          exact.parameters(),
          segment.offset(),
          segment.end(),
          TOLERANCE);
    }
    if (mode == BatchNormMode.BATCH_AND_UPDATE) {
      double[] moved =
          RunningStatistics.moved(network, doubles(parameters), doubles(images), count);
      for (Segment segment : oracle.layout().segments()) {
        assertClose(
            what + ", after the step " + segment,
            step.parameters(),
            moved,
            segment.offset(),
            segment.end(),
            TOLERANCE);
      }
    }
  }

  /**
   * In a network without rectifiers and norms every result is a sum of products, and the network of
   * magnitudes adds up the magnitudes of its terms.
   */
  @Test
  protected void smallElementsAreAsExactAsLargeOnes() {
    for (long seed = 0; seed < 3; seed++) {
      RandomNetworks random = new RandomNetworks(41 + seed);
      NetworkSpec network = linear(random);
      int count = 5;
      float[] parameters = random.parameters(network);
      float[] images = scaled(random.images(network, count), 6 * 7, 4);
      float[] slopes = scaled(random.gaussians(count * network.classes()), 1, network.classes());
      Nd4jDoubleNetwork oracle = new Nd4jDoubleNetwork(network);
      BatchNormMode mode = BatchNormMode.RUNNING;
      double[] exactLogits = oracle.logits(doubles(parameters), doubles(images), count, mode);
      Gradient exact = gradient(oracle, doubles(parameters), doubles(images), doubles(slopes));
      double[] p = magnitudes(parameters);
      double[] x = magnitudes(images);
      Gradient most = gradient(oracle, p, x, magnitudes(slopes));

      Step step = Replicas.step(engine(), network, parameters, images, count, mode, slopes);

      assertEachClose("logits", step.logits(), exactLogits, oracle.logits(p, x, count, mode), EACH);
      assertEachClose("gradients", step.gradients(), exact.parameters(), most.parameters(), EACH);
      assertEachClose("input gradient", step.inputGradient(), exact.images(), most.images(), EACH);
    }
  }

  private static NetworkSpec linear(RandomNetworks random) {
    return new NetworkSpec(
        "linear",
        new FeatureShape(4, 6, 7),
        List.of(
            new Op.Convolution(
                "one", "input", random.support(new WeightShape(8, 4, 3, 3)), 1, 1, true),
            new Op.Convolution(
                "two", "one", random.support(new WeightShape(6, 8, 3, 3)), 2, 1, false),
            new Op.FullyConnected(
                "head", "two", Support.dense(new WeightShape(3, 6 * 3 * 4, 1, 1)), true)));
  }

  private static Gradient gradient(
      Nd4jDoubleNetwork oracle, double[] parameters, double[] images, double[] slopes) {
    int count = images.length / oracle.network().input().size();
    return oracle.gradient(
        parameters,
        images,
        count,
        BatchNormMode.RUNNING,
        (logits, gradient) -> {
          System.arraycopy(slopes, 0, gradient, 0, gradient.length);
          return 0;
        });
  }

  /** Each of so many planes in turn is a thousand times smaller than the one before. */
  private static float[] scaled(float[] values, int plane, int planes) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) Math.pow(10, -3 * (i / plane % planes));
    }
    return values;
  }

  private static double[] magnitudes(float[] values) {
    return Arrays.stream(doubles(values)).map(Math::abs).toArray();
  }

  @ParameterizedTest
  @EnumSource(SpecialCase.class)
  protected void patternEqualsItsStandardOperator(SpecialCase special) {
    for (int padding = 0; padding <= 1; padding++) {
      for (int stride = 1; stride <= 2; stride++) {
        for (int count : batchSizes()) {
          special.check(engine(), stride, padding, count);
        }
      }
    }
  }

  @Test
  protected void packedEqualsMaskedDense() {
    for (long seed = 0; seed < 4; seed++) {
      RandomNetworks random = new RandomNetworks(seed);
      NetworkSpec sparse = random.network(seed % 2 == 0 ? Kind.RESIDUAL : Kind.PLAIN);
      NetworkSpec dense = sparse;
      for (Op.Weighted op : sparse.weighted()) {
        dense = dense.withSupports(Map.of(op.name(), Support.dense(op.support().shape())));
      }
      float[] packed = random.parameters(sparse);
      float[] images = random.images(sparse, 3);
      float[] slopes = random.gaussians(3 * sparse.classes());
      BatchNormMode mode = BatchNormMode.BATCH_AND_UPDATE;

      Step ofPacked = Replicas.step(engine(), sparse, packed, images, 3, mode, slopes);
      Step ofDense =
          Replicas.step(engine(), dense, spread(sparse, packed, dense), images, 3, mode, slopes);

      assertClose("logits", ofPacked.logits(), doubles(ofDense.logits()), TOLERANCE);
      float[] gathered = gather(dense, ofDense.gradients(), sparse);
      for (Segment segment : ParameterLayout.of(sparse).segments()) {
        assertClose(
            "gradient of " + segment,
            ofPacked.gradients(),
            doubles(gathered),
            segment.offset(),
            segment.end(),
            TOLERANCE);
      }
    }
  }

  private static float[] spread(NetworkSpec sparse, float[] packed, NetworkSpec dense) {
    ParameterLayout from = ParameterLayout.of(sparse);
    ParameterLayout to = ParameterLayout.of(dense);
    float[] spread = new float[to.size()];
    for (Segment segment : from.segments()) {
      int target = to.segment(segment.op(), segment.role()).offset();
      if (segment.role() == Role.WEIGHT) {
        float[] weights = from.support(segment.op()).dense(packed, segment.offset());
        to.support(segment.op()).pack(weights, spread, target);
      } else {
        System.arraycopy(packed, segment.offset(), spread, target, segment.length());
      }
    }
    return spread;
  }

  private static float[] gather(NetworkSpec dense, float[] gradients, NetworkSpec sparse) {
    ParameterLayout from = ParameterLayout.of(dense);
    ParameterLayout to = ParameterLayout.of(sparse);
    float[] gathered = new float[to.size()];
    for (Segment segment : to.segments()) {
      int source = from.segment(segment.op(), segment.role()).offset();
      if (segment.role() == Role.WEIGHT) {
        SupportLayout support = to.support(segment.op());
        float[] weights = from.support(segment.op()).dense(gradients, source);
        support.pack(weights, gathered, segment.offset());
      } else {
        System.arraycopy(gradients, source, gathered, segment.offset(), segment.length());
      }
    }
    return gathered;
  }

  @Test
  protected void ignoresImagesBeyondTheCount() {
    RandomNetworks random = new RandomNetworks(3);
    NetworkSpec network = random.network(Kind.RESIDUAL);
    float[] parameters = random.parameters(network);
    try (Replica large = engine().replica(network, 37)) {
      for (int count : List.of(37, 5, 1, 16)) {
        float[] images = random.images(network, count);
        float[] slopes = random.gaussians(count * network.classes());
        System.arraycopy(parameters, 0, large.parameters(), 0, parameters.length);

        Step inLarge = Replicas.step(large, images, count, BatchNormMode.BATCH_AND_UPDATE, slopes);
        Step alone =
            Replicas.step(
                engine(),
                network,
                parameters,
                images,
                count,
                BatchNormMode.BATCH_AND_UPDATE,
                slopes);

        assertClose(count + " logits", inLarge.logits(), doubles(alone.logits()), 1e-5);
        assertClose(count + " gradients", inLarge.gradients(), doubles(alone.gradients()), 1e-5);
        assertClose(count + " statistics", inLarge.parameters(), doubles(alone.parameters()), 1e-5);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BATCH", "RUNNING"})
  protected void leavesParametersAlone(BatchNormMode mode) {
    RandomNetworks random = new RandomNetworks(6);
    NetworkSpec network = random.network(Kind.RESIDUAL);
    float[] parameters = random.parameters(network);
    float[] slopes = random.gaussians(2 * network.classes());

    Step step =
        Replicas.step(engine(), network, parameters, random.images(network, 2), 2, mode, slopes);

    assertThat(step.parameters()).isEqualTo(parameters);
  }

  /** Buffers take turns where nothing is kept for the way back; no bit may depend on that. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  protected void answersTheSameWithoutAWayBack(Kind kind) {
    RandomNetworks random = new RandomNetworks(11);
    NetworkSpec network = random.network(kind);
    float[] parameters = random.parameters(network);
    try (Replica replica = engine().replica(network, 19);
        InferenceReplica inference = engine().inferenceReplica(network, 19)) {
      for (InferenceReplica each : List.of(replica, inference)) {
        System.arraycopy(parameters, 0, each.parameters(), 0, parameters.length);
      }
      for (int count : List.of(19, 4, 19)) {
        float[] images = random.images(network, count);
        float[] expected = new float[count * network.classes()];
        float[] answers = new float[expected.length];
        replica.forward(
            Replicas.input(replica, images, count), count, BatchNormMode.RUNNING, expected);
        inference.forward(
            Replicas.input(inference, images, count), count, BatchNormMode.RUNNING, answers);

        assertThat(answers).as("%d images", count).isEqualTo(expected);
      }
    }
  }

  @Test
  protected void repeatsBitForBit() {
    RandomNetworks random = new RandomNetworks(7);
    NetworkSpec network = random.network(Kind.RESIDUAL);
    float[] parameters = random.parameters(network);
    float[] images = random.images(network, 19);
    float[] slopes = random.gaussians(19 * network.classes());
    BatchNormMode mode = BatchNormMode.BATCH_AND_UPDATE;
    Step first = Replicas.step(engine(), network, parameters, images, 19, mode, slopes);
    try (Replica replica = engine().replica(network, 19)) {
      for (int repeat = 0; repeat < 3; repeat++) {
        Replicas.step(replica, random.images(network, 4), 4, mode, slopes);
        System.arraycopy(parameters, 0, replica.parameters(), 0, parameters.length);

        Step again = Replicas.step(replica, images, 19, mode, slopes);

        assertThat(again.sameBits(first)).as("repeat %d", repeat).isTrue();
      }
    }
  }

  @Test
  protected void startsWithZerosAndUnitVariancesInArraysOfItsOwn() {
    NetworkSpec network = new RandomNetworks(8).network(Kind.RESIDUAL);
    try (Replica replica = engine().replica(network, 2)) {
      ParameterLayout layout = replica.layout();
      float[] expected = new float[layout.size()];
      for (Segment segment : layout.segments()) {
        if (segment.role() == Role.VARIANCE) {
          Arrays.fill(expected, segment.offset(), segment.end(), 1);
        }
      }

      assertThat(replica.network()).isEqualTo(network);
      assertThat(replica.capacity()).isEqualTo(2);
      assertThat(replica.parameters()).isEqualTo(expected).isSameAs(replica.parameters());
      assertThat(replica.gradients()).hasSize(layout.size()).isSameAs(replica.gradients());
      assertThat(replica.newInput()).hasSize(replica.inputLayout().length());
      assertThat(replica.inputLayout().shape()).isEqualTo(network.input());
      assertThat(replica.inputLayout().capacity()).isGreaterThanOrEqualTo(2);
    }
  }

  /**
   * What no logit depends on has no gradient and leaves the others' alone, whatever it computes.
   * Kind: a part of a vector that each step is to overwrite, and that keeps what was there before.
   */
  @Test
  protected void branchesThatNobodyReadsHaveNoGradient() {
    RandomNetworks random = new RandomNetworks(31);
    Support support = Support.dense(new WeightShape(4, 4, 3, 3));
    NetworkSpec network =
        new NetworkSpec(
            "dead branch",
            new FeatureShape(4, 5, 6),
            List.of(
                new Op.Convolution("one", "input", support, 1, 1, true),
                new Op.Relu("relu", "one"),
                new Op.Convolution("dead", "relu", support, 1, 1, true),
                new Op.BatchNorm("dead.norm", "dead", 4),
                new Op.Convolution("two", "relu", support, 1, 1, true),
                new Op.Convolution("three", "two", support, 1, 1, true),
                new Op.GlobalAveragePool("pool", "three")));
    float[] parameters = random.parameters(network);
    float[] images = random.images(network, 3);
    float[] slopes = random.gaussians(3 * network.classes());

    compare(network, parameters, images, 3, BatchNormMode.BATCH, slopes, "dead branch");
    try (Replica replica = engine().replica(network, 3)) {
      System.arraycopy(parameters, 0, replica.parameters(), 0, parameters.length);
      float[] first = Replicas.step(replica, images, 3, BatchNormMode.BATCH, slopes).gradients();
      // As an optimizer may, that adds decay to them or clips them.
      Arrays.fill(replica.gradients(), 0, replica.layout().trainableCount(), 1);

      assertThat(Replicas.step(replica, images, 3, BatchNormMode.BATCH, slopes).gradients())
          .isEqualTo(first);
    }
  }

  /** Kind: the output of what happens to come last, where the network says what its output is. */
  @Test
  protected void theLastOperatorGivesTheLogitsWhateverIsFused() {
    RandomNetworks random = new RandomNetworks(43);
    Support support = Support.dense(new WeightShape(3, 3, 1, 1));
    NetworkSpec network =
        new NetworkSpec(
            "dead before the end",
            new FeatureShape(3, 4, 4),
            List.of(
                new Op.GlobalAveragePool("pool", "input"),
                new Op.FullyConnected("head", "pool", support, false),
                new Op.BatchNorm("norm", "head", 3),
                new Op.Relu("dead", "pool"),
                new Op.Relu("last", "norm")));
    float[] parameters = random.parameters(network);
    float[] images = random.images(network, 3);
    float[] slopes = random.gaussians(3 * network.classes());

    compare(network, parameters, images, 3, BatchNormMode.BATCH, slopes, "dead before the end");
    try (InferenceReplica inference = engine().inferenceReplica(network, 3);
        Replica replica = engine().replica(network, 3)) {
      float[] answers = new float[9];
      float[] expected = new float[9];
      for (InferenceReplica each : List.of(replica, inference)) {
        System.arraycopy(parameters, 0, each.parameters(), 0, parameters.length);
        each.forward(
            Replicas.input(each, images, 3),
            3,
            BatchNormMode.RUNNING,
            each == inference ? answers : expected);
      }
      assertThat(answers).isEqualTo(expected);
    }
  }

  /**
   * Kind: places for images that hold none. A norm of one value divides by next to nothing, and
   * behind some such norms other values than the image's own are infinite.
   */
  @Test
  protected void placesWithoutAnImageSpoilNoGradient() {
    List<Op> ops = new ArrayList<>();
    String at = NetworkSpec.INPUT;
    Support support = Support.dense(new WeightShape(2, 2, 1, 1));
    for (int layer = 0; layer < 20; layer++) {
      ops.add(new Op.Convolution("conv" + layer, at, support, 1, 0, false));
      at = "norm" + layer;
      ops.add(new Op.BatchNorm(at, "conv" + layer, 2));
    }
    ops.add(new Op.FullyConnected("head", at, support, true));
    NetworkSpec network = new NetworkSpec("one value", new FeatureShape(2, 1, 1), ops);
    RandomNetworks random = new RandomNetworks(47);
    float[] parameters = random.parameters(network);
    float[] images = random.images(network, 1);

    Step step =
        Replicas.step(
            engine(),
            network,
            parameters,
            images,
            1,
            BatchNormMode.BATCH_AND_UPDATE,
            random.gaussians(2));

    for (float[] values :
        List.of(step.logits(), step.gradients(), step.inputGradient(), step.parameters())) {
      assertThat(Arrays.stream(doubles(values))).allMatch(Double::isFinite);
    }
  }

  /** Several layers and other operators that read the network's input, in either order. */
  @Test
  protected void manyMayReadTheInput() {
    RandomNetworks random = new RandomNetworks(37);
    Support support = Support.dense(new WeightShape(3, 3, 3, 3));
    NetworkSpec network =
        new NetworkSpec(
            "many readers",
            new FeatureShape(3, 5, 4),
            List.of(
                new Op.Relu("relu", "input"),
                new Op.Convolution("one", "input", support, 1, 1, false),
                new Op.Add("first", "relu", "one"),
                new Op.Convolution("two", "input", support, 1, 1, true),
                new Op.BatchNorm("norm", "input", 3),
                new Op.Add("second", "norm", "two"),
                new Op.Add("third", "second", "first"),
                new Op.GlobalAveragePool("pool", "third")));
    float[] parameters = random.parameters(network);
    float[] images = random.images(network, 3);
    float[] slopes = random.gaussians(3 * network.classes());

    compare(network, parameters, images, 3, BatchNormMode.BATCH, slopes, "many readers");
  }

  /** Equal values in a window: the first in row order is the largest. */
  @Test
  protected void maxPoolSendsTheGradientToTheFirstOfEquals() {
    NetworkSpec network =
        new NetworkSpec(
            "ties",
            new FeatureShape(1, 2, 4),
            List.of(
                new Op.MaxPool("pool", "input", 2, 2, 0),
                new Op.FullyConnected(
                    "head", "pool", Support.dense(new WeightShape(2, 2, 1, 1)), false)));
    float[] images = {-1, 5, 3, 3, 5, 5, 3, 3};
    Step step =
        Replicas.step(
            engine(),
            network,
            new float[] {1, 0, 0, 1},
            images,
            1,
            BatchNormMode.RUNNING,
            new float[] {10, 20});

    assertThat(step.logits()).containsExactly(5, 3);
    assertThat(step.inputGradient()).containsExactly(0, 10, 20, 0, 0, 0, 0, 0);
  }

  /** Kind: a network that has diverged, and looks well. */
  @Test
  protected void maxPoolPassesOnWhatIsNoNumber() {
    NetworkSpec network =
        new NetworkSpec(
            "no number",
            new FeatureShape(1, 3, 3),
            List.of(new Op.MaxPool("pool", "input", 3, 3, 0)));
    for (int cell : List.of(0, 4, 8)) {
      float[] images = {1, 2, 3, 4, 5, 6, 7, 8, 9};
      images[cell] = Float.NaN;

      Step step =
          Replicas.step(
              engine(), network, new float[0], images, 1, BatchNormMode.RUNNING, new float[] {1});

      assertThat(step.logits()).as("cell %d", cell).containsExactly(Float.NaN);
    }
  }

  @Test
  protected void refusesCallsOutOfOrderAndOtherCounts() {
    NetworkSpec network = new RandomNetworks(9).network(Kind.RELU);
    try (Replica replica = engine().replica(network, 2)) {
      float[] logits = new float[3 * network.classes()];
      assertThatThrownBy(() -> replica.backward(logits))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("backward needs a forward before it");
      assertThatThrownBy(() -> replica.inputGradient(new float[2 * network.input().size()]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("inputGradient needs a backward before it");
      for (int count : List.of(0, 3)) {
        assertThatThrownBy(
                () -> replica.forward(replica.newInput(), count, BatchNormMode.BATCH, logits))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("A minibatch has 1 to 2 examples, was given %d", count);
      }
    }
    assertThatThrownBy(() -> engine().replica(network, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Capacity must be positive, was 0");
  }
}
