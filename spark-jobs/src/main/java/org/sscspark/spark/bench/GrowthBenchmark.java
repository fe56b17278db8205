package org.sscspark.spark.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.sscspark.config.BadInputException;
import org.sscspark.report.Figures;
import org.sscspark.report.Progress;
import org.sscspark.report.Table;
import org.sscspark.spark.averaging.AveragingMaster;
import org.sscspark.spark.averaging.Reduction;
import org.sscspark.spark.train.Experiment;
import org.sscspark.training.TrainingState;
import scala.collection.JavaConverters;

/** Many rounds, and whether executors' memory and the blocks of broadcasts stay as they are. */
public final class GrowthBenchmark {
  private static final int SAMPLE_EVERY = 10;

  /** From here on nothing should grow: code is compiled, replicas and shards are there. */
  private static final int SETTLED = 20;

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  private GrowthBenchmark() {}

  /**
   * What there was after a round.
   *
   * @param residentBytes of the largest process that runs tasks
   * @param blockBytes of all blocks that Spark keeps in memory, broadcasts above all
   */
  public record Sample(int round, long residentBytes, long blockBytes) {}

  /** All samples, the first and last of which are compared. */
  public record Result(int workers, long vectorBytes, List<Sample> samples) {
    /** A table of some rounds. */
    public String text() {
      int step = Math.max(1, samples.size() / 10);
      List<List<String>> rows = new ArrayList<>();
      for (int i = 0; i < samples.size(); i++) {
        if (i % step == 0 || i == samples.size() - 1) {
          Sample sample = samples.get(i);
          rows.add(
              List.of(
                  Integer.toString(sample.round),
                  Figures.bytes(sample.residentBytes),
                  Figures.bytes(sample.blockBytes)));
        }
      }
      return "%d workers; a round sends %s%n%s"
          .formatted(
              workers,
              Figures.bytes(vectorBytes),
              new Table(
                      List.of(
                          Table.Column.number("round"),
                          Table.Column.number("resident"),
                          Table.Column.number("blocks")),
                      rows)
                  .text());
    }
  }

  /**
   * Measures, from round {@value #SETTLED} on.
   *
   * @param rounds in all
   * @throws BadInputException if there are no more rounds than that, or no /proc
   */
  public static Result run(
      JavaSparkContext spark,
      Experiment experiment,
      URI data,
      int workers,
      int rounds,
      Progress progress) {
    if (rounds <= SETTLED) {
      throw new BadInputException(
          "--rounds " + rounds + " is too few: growth is measured from round " + SETTLED + " on");
    }
    if (!Files.exists(STATUS)) {
      throw new BadInputException("No " + STATUS + ": resident memory is measured on Linux only");
    }
    AveragingSetup setup = new AveragingSetup(spark, experiment, data);
    List<Sample> samples = new ArrayList<>();
    try (AveragingMaster master = setup.master(workers, Reduction.AUTO);
        Progress.Stage stage = progress.start("rounds", rounds, "rounds")) {
      TrainingState state = master.initial(setup.initialParameters());
      for (int round = 1; round <= rounds; round++) {
        state = master.round(state).state();
        if (round >= SETTLED && round % SAMPLE_EVERY == 0) {
          samples.add(new Sample(round, residentBytes(spark, workers), blockBytes(spark)));
        }
        stage.at(round, "");
      }
      return new Result(workers, master.vectorBytes(), samples);
    }
  }

  private static long residentBytes(JavaSparkContext spark, int workers) {
    // More tasks than slots, so that every executor answers.
    List<Integer> tasks = IntStream.range(0, 4 * workers).boxed().toList();
    return Collections.max(
        spark.parallelize(tasks, tasks.size()).map(task -> residentBytes()).collect());
  }

  private static Long residentBytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(RESIDENT)) {
          String kibibytes = line.substring(RESIDENT.length()).replace("kB", "").strip();
          return 1024 * Long.parseLong(kibibytes);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException(STATUS + " does not tell " + RESIDENT);
  }

  private static long blockBytes(JavaSparkContext spark) {
    return JavaConverters.mapAsJavaMap(spark.sc().getExecutorMemoryStatus()).values().stream()
        .mapToLong(maxAndFree -> (long) maxAndFree._1() - (long) maxAndFree._2())
        .sum();
  }
}
