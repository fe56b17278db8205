package org.sscspark.spark.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.sscspark.config.Settings;

/** Experiments for tests: a small network, small steps, two workers. */
public final class Experiments {
  /** The settings of {@link #tiny}. */
  public static final List<String> TINY =
      List.of(
          "engine=nd4j",
          "model.name=convnet",
          "density=0.5",
          "train.epochs=2",
          "train.batch=4",
          "train.learning-rate=0.05",
          "averaging.workers=2",
          "averaging.frequency=2",
          "checkpoint.every-rounds=2");

  private Experiments() {}

  /** The small experiment with some settings changed. */
  public static Experiment tiny(String... overrides) {
    List<String> arguments = new ArrayList<>(TINY);
    arguments.addAll(Arrays.asList(overrides));
    return Settings.load(Optional.empty(), arguments).bind(Experiment.class);
  }
}
