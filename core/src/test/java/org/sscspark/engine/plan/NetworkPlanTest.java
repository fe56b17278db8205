package org.sscspark.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.FeatureStorage;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.SscDesign;
import org.sscspark.network.SscSettings;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

class NetworkPlanTest {
  static Stream<NetworkSpec> networks() {
    return Stream.concat(
        Stream.of("resnet20", "resnet50", "mobilenetv2", "vgg11", "convnet")
            .map(name -> ModelZoo.named(name, new FeatureShape(3, 32, 32), 10, 0.25)),
        Arrays.stream(Kind.values()).map(kind -> new RandomNetworks(3).network(kind)));
  }

  /** Plays the values of a plan: a step finds what it reads, however buffers take turns. */
  @ParameterizedTest
  @MethodSource("networks")
  void noValueIsOverwrittenBeforeItIsRead(NetworkSpec network) {
    for (NetworkPlan plan : List.of(NetworkPlan.of(network), NetworkPlan.forInference(network))) {
      Map<Integer, String> holder = new HashMap<>();
      holder.put(plan.input().buffer(), NetworkSpec.INPUT);
      for (PlannedStep step : plan.steps()) {
        for (Operand operand : step.operands()) {
          String in = operand.value().name();
          assertThat(holder.get(operand.value().buffer())).as("%s", in).isEqualTo(in);
          // No step computes in place.
          assertThat(step.output().buffer()).isNotEqualTo(operand.value().buffer());
        }
        holder.put(step.output().buffer(), step.output().name());
      }
      assertThat(holder.get(plan.logits().buffer())).isEqualTo(plan.logits().name());
      if (plan.trains()) {
        assertThat(holder).as("the way back reads all").hasSize(plan.steps().size() + 1);
      }
    }
  }

  /** A halo of one row and column is around what the convolution reads, forward and backward. */
  @Test
  void countsTheFloatsOfItsBuffers() {
    NetworkSpec network =
        new NetworkSpec(
            "net",
            new FeatureShape(3, 4, 4),
            List.of(
                new Op.Convolution(
                    "conv", "input", Support.dense(new WeightShape(2, 3, 3, 3)), 1, 1, false),
                new Op.BatchNorm("norm", "conv", 2),
                new Op.Relu("relu", "norm"),
                new Op.GlobalAveragePool("pool", "relu")));
    int input = 3 * 6 * 6;
    int map = 2 * 6 * 6;

    // The rectifier is fused: conv, relu and pool have buffers; conv's gradient takes over relu's.
    assertThat(NetworkPlan.of(network).exampleBytes())
        .isEqualTo(4L * (2 * input + 3 * map + 2 * 2));
    assertThat(NetworkPlan.forInference(network).exampleBytes())
        .isEqualTo(4L * (input + 2 * map + 2));
  }

  /** Of each size a block's input, output and what is between them. */
  @Test
  void inferenceHoldsFewValues() {
    NetworkSpec network = ModelZoo.named("resnet56", new FeatureShape(3, 32, 32), 10, 1);
    NetworkPlan plan = NetworkPlan.forInference(network);

    assertThat(plan.steps().stream().map(step -> step.output().buffer()).distinct())
        .hasSizeLessThan(15);
    assertThat(plan.steps())
        .allMatch(step -> step.output().gradientBuffer() == PlannedValue.NO_BUFFER);
  }

  /**
   * Plays the gradients of a plan: a step finds its own output's gradient whole in its buffer, and
   * nobody else's, however buffers take turns.
   */
  @ParameterizedTest
  @MethodSource("networks")
  void noGradientIsOverwrittenBeforeItIsRead(NetworkSpec network) {
    NetworkPlan plan = NetworkPlan.of(network);
    Map<String, Integer> readers = new HashMap<>();
    plan.steps().stream()
        .filter(PlannedStep::live)
        .flatMap(step -> step.operands().stream())
        .forEach(operand -> readers.merge(operand.value().name(), 1, Integer::sum));
    // Of each buffer, whose gradient it holds and how many readers have added theirs.
    Map<Integer, String> holder = new HashMap<>();
    Map<String, Integer> sums = new HashMap<>();
    holder.put(plan.logits().gradientBuffer(), plan.logits().name());

    List<PlannedStep> backward = new ArrayList<>(plan.steps());
    Collections.reverse(backward);
    backward.removeIf(PlannedStep::readsInput);
    plan.steps().stream().filter(PlannedStep::readsInput).forEach(backward::add);
    for (PlannedStep step : backward) {
      String out = step.output().name();
      assertThat(holder.get(step.output().gradientBuffer())).as("at %s", out).isEqualTo(out);
      assertThat(sums.getOrDefault(out, 0))
          .as("at %s", out)
          .isEqualTo(readers.getOrDefault(out, 0));
      for (Operand operand : step.operands()) {
        String in = operand.value().name();
        assertThat(operand.addsGradient()).as("%s at %s", in, out).isEqualTo(sums.containsKey(in));
        if (operand.addsGradient()) {
          assertThat(holder.get(operand.value().gradientBuffer())).isEqualTo(in);
        }
        holder.put(operand.value().gradientBuffer(), in);
        sums.merge(in, 1, Integer::sum);
      }
    }
    assertThat(holder.get(plan.input().gradientBuffer())).isEqualTo(NetworkSpec.INPUT);
  }

  /** Plays a plan in bands: what passes between two steps has no buffer, all else is found. */
  @ParameterizedTest
  @MethodSource("networks")
  void bandsFindWhatTheyRead(NetworkSpec network) {
    for (FeatureStorage storage : FeatureStorage.values()) {
      findWhatTheyRead(NetworkPlan.inBands(network, ParameterLayout.of(network), storage));
    }
  }

  private static void findWhatTheyRead(NetworkPlan plan) {
    Map<String, PlannedStep> producers = new HashMap<>();
    Map<Integer, String> holder = new HashMap<>();
    for (PlannedStep step : plan.steps()) {
      for (Operand operand : step.operands()) {
        PlannedValue in = operand.value();
        if (in.buffer() == PlannedValue.NO_BUFFER && !in.name().equals(NetworkSpec.INPUT)) {
          PlannedStep norm = producers.get(in.name());
          assertThat(((Bands.Norm) norm.bands()).aheadOfLayer()).as(in.name()).isTrue();
          assertThat(((Bands.Layer) step.bands()).ahead()).contains(norm);
        } else if (!in.name().equals(NetworkSpec.INPUT)) {
          assertThat(holder.get(in.buffer())).isEqualTo(in.name());
        }
      }
      // The gradient of a sum is that of its skip connection, too, so both are kept alike.
      step.second()
          .filter(skip -> step.op() instanceof Op.BatchNorm)
          .ifPresent(skip -> assertThat(skip.value().storage()).isEqualTo(step.output().storage()));
      if (step.bands() instanceof Bands.Layer layer) {
        PlannedStep next = plan.steps().get(plan.steps().indexOf(step) + 1);
        assertThat(layer.behind()).isEqualTo(next);
        assertThat(((Bands.Norm) next.bands()).behindLayer()).isTrue();
        assertThat(step.output().gradientBuffer()).isEqualTo(PlannedValue.NO_BUFFER);
      }
      producers.put(step.output().name(), step);
      holder.put(step.output().buffer(), step.output().name());
    }
  }

  /** Of a block, the two layers' outputs and the block's own are kept; their gradients are not. */
  @Test
  void bandsNeedFewerBuffers() {
    NetworkSpec dense = ModelZoo.named("resnet20", new FeatureShape(3, 32, 32), 10, 1);
    NetworkSpec network = SscDesign.apply(dense, 0.1, SscSettings.of(DensityProfile.UNIFORM));
    NetworkPlan bands =
        NetworkPlan.inBands(network, ParameterLayout.of(network), FeatureStorage.FLOAT32);

    assertThat(bands.steps()).filteredOn(s -> s.bands() instanceof Bands.Layer).hasSize(21);
    assertThat((double) bands.exampleBytes() / NetworkPlan.of(network).exampleBytes())
        .isBetween(0.75, 0.85);
  }

  @Test
  void fewBuffersTakeTurns() {
    NetworkSpec network = ModelZoo.named("resnet56", new FeatureShape(3, 32, 32), 10, 1);
    NetworkPlan plan = NetworkPlan.of(network);

    assertThat(plan.steps().stream().map(step -> step.output().gradientBuffer()).distinct())
        .hasSizeLessThan(20);
  }

  @Test
  void whatNoLogitDependsOnHasNoGradient() {
    NetworkPlan plan =
        NetworkPlan.of(
            new NetworkSpec(
                "dead",
                new FeatureShape(2, 3, 3),
                List.of(new Op.Relu("dead", "input"), new Op.GlobalAveragePool("pool", "input"))));

    assertThat(plan.steps().get(0).live()).isFalse();
    assertThat(plan.steps().get(0).output().gradientBuffer()).isEqualTo(PlannedValue.NO_BUFFER);
    assertThat(plan.steps().get(1).in().addsGradient()).isFalse();
  }

  /** Kind: the output of what happens to come last, where the network says what its output is. */
  @Test
  void theLogitsAreTheLastOperatorsWhateverIsFused() {
    Support support = Support.dense(new WeightShape(2, 2, 1, 1));
    NetworkSpec network =
        new NetworkSpec(
            "dead before the end",
            new FeatureShape(2, 3, 3),
            List.of(
                new Op.GlobalAveragePool("pool", "input"),
                new Op.FullyConnected("head", "pool", support, true),
                new Op.BatchNorm("norm", "head", 2),
                new Op.Relu("dead", "pool"),
                new Op.Relu("last", "norm")));

    for (NetworkPlan plan :
        List.of(
            NetworkPlan.of(network),
            NetworkPlan.forInference(network),
            NetworkPlan.withoutFusion(network),
            NetworkPlan.inBands(network, ParameterLayout.of(network), FeatureStorage.BFLOAT16))) {
      assertThat(plan.logits().name()).isEqualTo("last");
      assertThat(plan.logits().storage()).isEqualTo(FeatureStorage.FLOAT32);
      assertThat(plan.steps())
          .filteredOn(PlannedStep::live)
          .extracting(step -> step.output().name())
          .doesNotContain("dead")
          .hasSize(plan.trains() ? plan.steps().size() - 1 : 0);
    }
  }

  @Test
  void refusesFeaturesThatAnIntCannotNumberByTheirName() {
    PlannedValue value =
        new PlannedValue(
            "stage1.conv", new FeatureShape(64, 512, 512), 1, 0, 0, FeatureStorage.FLOAT32);

    assertThatThrownBy(() -> FeatureLayout.requireIndexable(value, 256, List.of("train.batch")))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "The features of stage1.conv, 64x512x512 with room for 256 images, take 4328587264"
                + " floats, more than an int can number; lower train.batch or the images' size");
  }

  /** Every engine's tables may overflow while a layer is planned. */
  @Test
  void namesTheLayerWhoseTablesOverflow() {
    Support support = Support.dense(new WeightShape(2, 1, 1, 1));
    NetworkPlan plan =
        NetworkPlan.of(
            new NetworkSpec(
                "net",
                new FeatureShape(1, 1, 1),
                List.of(new Op.FullyConnected("classifier", "input", support, false))));
    @SuppressWarnings("unchecked")
    StepFactory<Step> overflows =
        (StepFactory<Step>)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {StepFactory.class},
                (proxy, method, arguments) -> Math.addExact(Integer.MAX_VALUE, 1));

    assertThatThrownBy(() -> plan.steps(overflows))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("Layer classifier is too large to be numbered by an int");
  }
}
