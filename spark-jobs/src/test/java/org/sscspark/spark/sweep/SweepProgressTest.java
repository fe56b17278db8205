package org.sscspark.spark.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.network.FeatureShape;
import org.sscspark.report.Progress;
import org.sscspark.search.Budget;
import org.sscspark.search.Event;
import org.sscspark.search.Job;
import org.sscspark.search.Point;
import org.sscspark.search.RandomSearch;
import org.sscspark.search.SearchObjective;
import org.sscspark.search.Space;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.trial.ImageSet;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialFailure;
import org.sscspark.training.MetricsJson;

class SweepProgressTest {
  private static final ImageSet IMAGES =
      new ImageSet("set", 40, "00", new FeatureShape(3, 8, 8), List.of("a", "b"));

  private static final Sweep SWEEP =
      Sweep.of(
          Experiments.tiny("train.epochs=9", "averaging.workers=1"),
          Space.builder().choice("density", "0.1", "0.2").build(),
          SearchObjective.maximize("validation-accuracy"),
          new RandomSearch(),
          Budget.trials(10));

  @TempDir private Path folder;

  /** Keeps what it is told, and asks for no words. */
  private static final class Told implements Progress.Stage {
    private final List<Long> done = new ArrayList<>();
    private final List<Long> totals = new ArrayList<>();
    private Supplier<String> detail;

    @Override
    public void at(long nowDone, Supplier<String> nowDetail, Supplier<List<String>> lines) {
      done.add(nowDone);
      detail = nowDetail;
    }

    @Override
    public void total(long units) {
      totals.add(units);
    }

    @Override
    public void close() {}
  }

  private SweepDriver driver(Event... before) throws IOException {
    SweepFolder sweep = new SweepFolder(new Configuration(), folder.toUri());
    for (int i = 0; i < before.length; i++) {
      sweep.append(i, new LoggedEvent(before[i], i));
    }
    return new SweepDriver(SWEEP, sweep, IMAGES, IMAGES);
  }

  private static Optional<JsonNode> epoch(int epoch) {
    return Optional.of(MetricsJson.read("{\"epoch\": " + epoch + "}"));
  }

  /** Kind: a sum that is kept up beside the events it is of. */
  @Test
  void epochsAreThoseSinceTheStartOfAllTrials() throws IOException {
    Point point = Point.of(Map.of("density", "0.1"));
    SweepDriver driver =
        driver(new Job(0, point, 9), new Event.Result(0, 9, 0.5), new Job(1, point, 9));
    Told told = new Told();
    SweepProgress progress = new SweepProgress(SWEEP, driver, told);
    Map<Trial, Optional<JsonNode>> running = new LinkedHashMap<>();
    Trial resumed = driver.next().orElseThrow();
    running.put(resumed, epoch(4));
    progress.say(running);
    Trial next = driver.next().orElseThrow();
    running.put(next, Optional.empty());
    progress.say(running);
    running.put(next, epoch(3));
    progress.say(running);

    // A failed trial has trained what it told of; no folder has a score of it.
    TrialFailure failure = new TrialFailure("broken", true);
    driver.ended(next, Optional.of(failure));
    progress.ended(next, running.remove(next), Optional.of(failure));
    progress.say(running);
    assertThat(told.done).containsExactly(4L, 4L, 7L, 7L);
    // Of ten trials of nine epochs one was over; six of the failed one's will never come.
    assertThat(told.totals).containsExactly(81L, 81L, 81L, 75L);
    assertThat(told.detail.get())
        .isEqualTo(
            "3 trials, 1 complete, 1 failed, best 50.00 % (trial 0, 9 epochs), running: 1 at 4/9");
  }

  /**
   * Kind: work for what nobody sees. The board of this history cannot be made, which shows when it
   * is made.
   */
  @Test
  void theBoardIsMadeOnlyWhereItIsShown() throws IOException {
    Point broken = Point.of(Map.of("train.epochs", "many"));
    SweepDriver driver = driver(new Job(0, broken, 9), new Event.Result(0, 9, 0.5));
    Told told = new Told();
    new SweepProgress(SWEEP, driver, told).say(Map.of());
    assertThat(told.done).containsExactly(0L);
    assertThatThrownBy(() -> told.detail.get()).isInstanceOf(NumberFormatException.class);
  }
}
