package org.sscspark.spark.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sscspark.ArabicDigits;
import org.sscspark.network.FeatureShape;
import org.sscspark.search.Budget;
import org.sscspark.search.GridSearch;
import org.sscspark.search.Job;
import org.sscspark.search.SearchObjective;
import org.sscspark.search.Space;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.trial.ImageSet;

class SweepDriverTest {
  @Test
  @ExtendWith(ArabicDigits.class)
  void aTrialHasTheSameFolderInEveryLocale() {
    Space space = Space.builder().choice("density", "0.1", "0.2").build();
    Sweep sweep =
        Sweep.of(
            Experiments.tiny("averaging.workers=1"),
            space,
            SearchObjective.maximize("validation-accuracy"),
            new GridSearch(),
            Budget.trials(2));
    ImageSet images = new ImageSet("set", 40, "00", new FeatureShape(3, 8, 8), List.of("a", "b"));
    Job job = new Job(12, space.grid(2).get(1), 1);
    assertThat(SweepDriver.trial(sweep, job, images, images).name())
        .matches("trial-0012-[0-9a-f]{8}");
  }
}
