package org.sscspark.spark.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.ArabicDigits;
import org.sscspark.config.Location;
import org.sscspark.network.FeatureShape;
import org.sscspark.search.Budget;
import org.sscspark.search.Event;
import org.sscspark.search.GridSearch;
import org.sscspark.search.Job;
import org.sscspark.search.Point;
import org.sscspark.search.SearchObjective;
import org.sscspark.search.Space;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.trial.ImageSet;
import org.sscspark.spark.trial.Trial;

class SweepDriverTest {
  private static final ImageSet IMAGES =
      new ImageSet("set", 40, "00", new FeatureShape(3, 8, 8), List.of("a", "b"));

  private static Sweep sweep(Space space) {
    return Sweep.of(
        Experiments.tiny("averaging.workers=1"),
        space,
        SearchObjective.maximize("validation-accuracy"),
        new GridSearch(),
        Budget.trials(2));
  }

  @Test
  @ExtendWith(ArabicDigits.class)
  void aTrialHasTheSameFolderInEveryLocale() {
    Space space = Space.builder().choice("density", "0.1", "0.2").build();
    Job job = new Job(12, space.grid(2).get(1), 1);
    assertThat(SweepDriver.trial(sweep(space), job, IMAGES, IMAGES).name())
        .matches("trial-0012-[0-9a-f]{8}");
  }

  /** Kind: a driver that was killed between a job and the refusal of its settings. */
  @Test
  void aRefusedJobThatWasUnderWayHasFailedAndTheNextBegins(@TempDir Path place) throws IOException {
    Sweep sweep = sweep(Space.builder().choice("density", "0.1", "0.2").build());
    SweepFolder folder =
        new SweepFolder(new Configuration(), Location.of(place.resolve("out").toString()));
    Job refused = new Job(0, Point.of(Map.of("density", "1.5")), 1);
    folder.append(0, new LoggedEvent(refused, 1));
    SweepDriver driver = new SweepDriver(sweep, folder, IMAGES, IMAGES);
    assertThat(driver.next().map(Trial::alias)).contains("trial-0001");
    assertThat(folder.journal().get(1).event())
        .isInstanceOfSatisfying(
            Event.Failure.class,
            failure -> {
              assertThat(failure.trial()).isZero();
              assertThat(failure.reason()).contains("density");
            });
  }
}
