package org.sscspark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sscspark.data.Minibatch;
import org.sscspark.engine.ParameterUpdate;
import org.sscspark.engine.ResidentImages;
import org.sscspark.engine.ResidentTraining;
import org.sscspark.engine.Targets;
import org.sscspark.optimizer.EachOptimizer;
import org.sscspark.optimizer.Optimizer;

/** What a replica that takes its steps itself is told of them. */
class ResidentStepsTest {
  private static final int STEPS = 3;

  /** Takes no steps. */
  private record Recorder(List<ParameterUpdate> updates) implements ResidentTraining {
    @Override
    public Optional<ResidentImages> images(long count, float[][] values) {
      return Optional.empty();
    }

    @Override
    public void start(float[] optimizerState, int steps) {}

    @Override
    public void step(float[] input, Targets targets, int count, ParameterUpdate update) {
      updates.add(update);
    }

    @Override
    public Outcome finish(float[] optimizerState) {
      return new Outcome(new double[STEPS], new int[STEPS], 0, 0, 0);
    }
  }

  static Stream<Optimizer> resident() {
    return EachOptimizer.all().filter(one -> one.residentStep(0, 0).isPresent());
  }

  /** Kind: a step that is taken with another one's numbers. */
  @ParameterizedTest
  @MethodSource("resident")
  void eachHasItsOwnRateAndCounter(Optimizer optimizer) {
    LearningRate rate =
        new LearningRate(
            0.1, new ScheduleSettings(ScheduleSettings.Kind.COSINE, List.of(), 0.1, 0), 2, 9);
    Minibatch batch = new Minibatch(new float[1], new Targets.Hard(new int[1]), 1);
    Recorder recorder = new Recorder(new ArrayList<>());

    new ResidentSteps(recorder, optimizer, rate)
        .take(
            new float[0],
            Collections.nCopies(STEPS, batch).iterator(),
            new RoundSteps(/* firstIteration= */ 10, /* stepsBefore= */ 4, STEPS));

    assertThat(recorder.updates())
        .isEqualTo(
            IntStream.range(0, STEPS)
                .mapToObj(i -> optimizer.residentStep(rate.at(10 + i), 4 + i).orElseThrow())
                .toList());
  }
}
