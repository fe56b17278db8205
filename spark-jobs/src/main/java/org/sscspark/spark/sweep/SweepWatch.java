package org.sscspark.spark.sweep;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sscspark.report.Figures;
import org.sscspark.report.Progress;
import org.sscspark.search.Event;
import org.sscspark.search.Search;
import org.sscspark.search.Standing;
import org.sscspark.search.SuccessiveHalving;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialFolder;
import org.sscspark.spark.trial.TrialWatch;

/** Says how far a sweep is: epochs with rate and time left, trials under way, the best so far. */
final class SweepWatch implements TrialWatch, AutoCloseable {
  private static final long INTERVAL_NANOS = 2_000_000_000L;
  private static final int MOST_NAMED = 8;

  private final Sweep sweep;
  private final SweepFolder folder;
  private final SweepDriver driver;
  private final Progress.Stage stage;
  private final int epochsBefore;
  private final Map<Trial, Integer> running = new LinkedHashMap<>();
  private long looked = System.nanoTime();

  SweepWatch(Sweep sweep, SweepFolder folder, SweepDriver driver, Progress progress) {
    this.sweep = sweep;
    this.folder = folder;
    this.driver = driver;
    this.epochsBefore = ended();
    this.stage = progress.start("sweep", Math.max(0, total() - epochsBefore), "epochs");
  }

  /** The epochs of the whole sweep; 0 if only time limits it. */
  private long total() {
    Search search = sweep.search();
    Optional<Long> byEpochs = search.budget().epochs().map(Integer::longValue);
    Optional<Long> byTrials = search.budget().trials().map(trials -> expected(search, trials));
    if (byEpochs.isPresent() && byTrials.isPresent()) {
      return Math.min(byEpochs.get(), byTrials.get());
    }
    return byEpochs.or(() -> byTrials).orElse(0L);
  }

  /** Of successive halving it is not known before how many are promoted: one in eta, about. */
  private static long expected(Search search, int trials) {
    if (!(search.strategy() instanceof SuccessiveHalving halving)) {
      return (long) trials * search.epochs();
    }
    double epochs = 0;
    double left = trials;
    int before = 0;
    for (int rung : halving.rungs(search.epochs())) {
      epochs += left * (rung - before);
      before = rung;
      left = Math.floor(left / halving.eta());
    }
    return Math.round(epochs);
  }

  @Override
  public void started(Trial trial) {
    running.put(trial, 0);
    report();
  }

  @Override
  public void look() throws IOException {
    long now = System.nanoTime();
    if (now - looked < INTERVAL_NANOS) {
      return;
    }
    looked = now;
    for (Map.Entry<Trial, Integer> one : running.entrySet()) {
      one.setValue(
          new TrialFolder(folder.configuration(), one.getKey().folder(folder.location())).epochs());
    }
    report();
  }

  @Override
  public void ended(Trial trial, Optional<String> failure) {
    running.remove(trial);
    report();
  }

  private int ended() {
    return driver.history().last().values().stream().mapToInt(Event::epochs).sum();
  }

  private void report() {
    List<Standing> board = Standing.leaderboard(sweep.search(), driver.history());
    long failed = board.stream().filter(s -> s.state() == Standing.State.FAILED).count();
    int epochs = ended() - epochsBefore;
    for (Map.Entry<Trial, Integer> one : running.entrySet()) {
      int scored =
          Optional.ofNullable(driver.job(one.getKey()))
              .map(job -> driver.history().last().get(job.trial()))
              .map(Event::epochs)
              .orElse(0);
      epochs += Math.max(0, one.getValue() - scored);
    }
    String under =
        running.entrySet().stream()
            .limit(MOST_NAMED)
            .map(one -> one.getKey().alias() + " " + one.getValue() + "/" + one.getKey().epochs())
            .collect(Collectors.joining(", "));
    stage.at(
        epochs,
        String.format(
            Locale.ROOT,
            "%d trials%s%s%s%s",
            driver.history().trials(),
            failed == 0 ? "" : " (" + failed + " failed)",
            best(board),
            under.isEmpty() ? "" : ", running: " + under,
            running.size() > MOST_NAMED ? " and " + (running.size() - MOST_NAMED) + " more" : ""));
  }

  private String best(List<Standing> board) {
    if (board.isEmpty() || board.get(0).score().isEmpty()) {
      return "";
    }
    Standing best = board.get(0);
    Metric metric = Metric.of(sweep.search().objective().metric());
    double score = best.score().get();
    return String.format(
        Locale.ROOT,
        ", best %s (trial %d, %d epochs)",
        metric.isShare() ? Figures.percent(score) : Figures.fixed(score, 4),
        best.trial(),
        best.epochs());
  }

  @Override
  public void close() {
    stage.close();
  }
}
