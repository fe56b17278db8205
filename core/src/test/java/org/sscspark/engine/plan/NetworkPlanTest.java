package org.sscspark.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

class NetworkPlanTest {
  /**
   * Plays the gradients of a plan: a step finds its own output's gradient whole in its buffer, and
   * nobody else's, however buffers take turns.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet20",
        "resnet50",
        "mobilenetv2",
        "vgg11",
        "convnet",
        "RESIDUAL",
        "PLAIN",
        "ADD"
      })
  void noGradientIsOverwrittenBeforeItIsRead(String name) {
    NetworkSpec network =
        ModelZoo.names().contains(name)
            ? ModelZoo.named(name, new FeatureShape(3, 32, 32), 10, 0.25)
            : new RandomNetworks(3).network(Kind.valueOf(name));
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
    assertThat(plan.steps().get(0).output().gradientBuffer()).isEqualTo(PlannedValue.NO_GRADIENT);
    assertThat(plan.steps().get(1).in().addsGradient()).isFalse();
  }

  @Test
  void refusesFeaturesThatAnIntCannotNumberByTheirName() {
    PlannedValue value = new PlannedValue("stage1.conv", new FeatureShape(64, 512, 512), 1, 0);

    assertThatThrownBy(() -> FeatureLayout.requireIndexable(value, 256))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "The features of stage1.conv, 64x512x512 for 256 images, take 4328587264 floats, more"
                + " than an int can number; lower train.batch");
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
