package org.sscspark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sscspark.data.Augmentation;
import org.sscspark.data.Dataset;
import org.sscspark.engine.Replica;
import org.sscspark.engine.choice.Engines;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;
import org.sscspark.optimizer.Ham;
import org.sscspark.optimizer.Nesterov;
import org.sscspark.optimizer.Optimizer;
import org.sscspark.optimizer.ParameterModifier;
import org.sscspark.optimizer.Sgd;

/** What happens to parameters after an optimizer's step. */
class ParameterModifierTest {
  private static final int EXAMPLES = 24;
  private static final float RATE = 0.01f;
  private static final Dataset DATASET = TinyTask.dataset(EXAMPLES);
  private static final RoundPlan PLAN = new RoundPlan(EXAMPLES, 1, 8, 3);

  /** Changes nothing. */
  private record Recorder(List<float[]> parameters, List<float[]> gradients)
      implements ParameterModifier {
    private static final long serialVersionUID = 1L;

    Recorder() {
      this(new ArrayList<>(), new ArrayList<>());
    }

    @Override
    public String type() {
      return "recorder";
    }

    @Override
    public void modify(
        float[] parameters, float[] gradients, ParameterLayout layout, double learningRate) {
      this.parameters.add(parameters.clone());
      this.gradients.add(gradients.clone());
    }
  }

  private static float[] train(
      String engine, Optimizer optimizer, List<String> frozen, ParameterModifier... modifiers) {
    Recipe recipe =
        new Recipe(
            1,
            8,
            optimizer,
            List.of(),
            List.of(modifiers),
            RATE,
            ScheduleSettings.constant(),
            0.1,
            Augmentation.none(),
            frozen,
            Ema.NONE,
            0,
            0);
    try (Replica replica = Engines.create(engine, 1).replica(TinyTask.network(), recipe.batch())) {
      LocalTraining training = new LocalTraining(replica, recipe, PLAN, DATASET);
      return training
          .run(training.initial(TinyTask.parameters(5), 5), new TrainingListener() {})
          .parameters();
    }
  }

  @Test
  void theySeeGradientsWithoutDecayAndParametersWithTheStep() {
    Recorder plain = new Recorder();
    Recorder decayed = new Recorder();
    train("lane", new Sgd(0, 0), List.of(), plain);
    train("lane", new Sgd(0.5, 0.5), List.of(), decayed);

    assertThat(plain.parameters()).hasSize(3);
    assertThat(decayed.gradients().get(0)).isEqualTo(plain.gradients().get(0));
    float[] start = TinyTask.parameters(5);
    float[] gradients = plain.gradients().get(0);
    for (int i = 0; i < gradients.length; i++) {
      assertThat(plain.parameters().get(0)[i]).isEqualTo(start[i] - RATE * gradients[i]);
    }
  }

  @Test
  void enginesTrainAlike() {
    float[] lanes = train("lane", new Nesterov(), List.of(), new Ham());
    float[] reference = train("nd4j", new Nesterov(), List.of(), new Ham());
    float[] without = train("lane", new Nesterov(), List.of());

    double changed = 0;
    for (int i = 0; i < lanes.length; i++) {
      assertThat(lanes[i]).isCloseTo(reference[i], within(1e-4f));
      changed = Math.max(changed, Math.abs(lanes[i] - without[i]));
    }
    assertThat(changed).isGreaterThan(1e-3);
  }

  @Test
  void frozenLayersStay() {
    ParameterLayout layout = ParameterLayout.of(TinyTask.network());
    String first = TinyTask.network().weighted().get(0).name();
    float[] start = TinyTask.parameters(5);

    float[] trained = train("lane", new Sgd(), List.of(first), new Ham(200, 1));

    Segment weights = layout.segment(first, Role.WEIGHT);
    for (int i = 0; i < weights.length(); i++) {
      assertThat(trained[weights.offset() + i]).isEqualTo(start[weights.offset() + i]);
    }
    assertThat(trained).isNotEqualTo(start);
  }
}
