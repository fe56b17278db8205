package org.sscspark.spark.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.sscspark.config.BadInputException;
import org.sscspark.report.Axis;
import org.sscspark.report.Chart;
import org.sscspark.report.Figures;
import org.sscspark.report.LineChart;
import org.sscspark.report.Progress;
import org.sscspark.report.Table;
import org.sscspark.spark.averaging.AveragingMaster;
import org.sscspark.spark.averaging.Reduction;
import org.sscspark.spark.train.Experiment;
import org.sscspark.training.TrainingState;
import scala.Tuple2;
import scala.collection.JavaConverters;

/** Many rounds, and whether executors' memory and the blocks of broadcasts stay as they are. */
public final class GrowthBenchmark {
  private static final int SAMPLE_EVERY = 10;

  /** From here on nothing should grow: code is compiled, replicas and shards are there. */
  private static final int SETTLED = 20;

  private static final int ROWS = 12;
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  private GrowthBenchmark() {}

  /**
   * What there was after a round.
   *
   * @param residentBytes of each process that runs tasks, by its executor's name
   * @param blockBytes of all blocks that Spark keeps in memory, broadcasts above all
   */
  public record Sample(int round, SortedMap<String, Long> residentBytes, long blockBytes) {}

  /** All samples; round {@value #SETTLED} is what the others are compared with. */
  public record Result(int workers, long vectorBytes, List<Sample> samples) {
    /** A table of some rounds. */
    public String text() {
      List<Line> lines = lines();
      List<Table.Column> columns = new ArrayList<>(List.of(Table.Column.number("round")));
      lines.forEach(line -> columns.add(Table.Column.number(line.name)));
      int step = Math.max(1, samples.size() / ROWS);
      List<List<String>> rows = new ArrayList<>();
      for (int i = 0; i < samples.size(); i++) {
        Sample sample = samples.get(i);
        if (i % step == 0 || sample.round == SETTLED || i == samples.size() - 1) {
          List<String> row = new ArrayList<>(List.of(Integer.toString(sample.round)));
          lines.forEach(line -> row.add(Figures.bytes(line.bytes.applyAsLong(sample))));
          rows.add(row);
        }
      }
      return "%s workers; a round sends %s%n%s"
          .formatted(workers, Figures.bytes(vectorBytes), new Table(columns, rows).text());
    }

    /** A picture of all samples, each relative to round {@value #SETTLED}. */
    public Chart chart() {
      Sample settled =
          samples.stream().filter(sample -> sample.round == SETTLED).findAny().orElseThrow();
      List<LineChart.Series> series = new ArrayList<>();
      for (Line line : lines()) {
        double whole = line.bytes.applyAsLong(settled);
        series.add(
            new LineChart.Series(
                line.name,
                series.size(),
                LineChart.Style.SOLID,
                samples.stream()
                    .map(
                        sample ->
                            new LineChart.Point(
                                sample.round, line.bytes.applyAsLong(sample) / whole))
                    .toList()));
      }
      return new LineChart(
          "Memory over rounds of averaging",
          Axis.linear("round", Axis.Format.WHOLE),
          Axis.linear("of what it was at round " + SETTLED, Axis.Format.PERCENT),
          series);
    }

    /** One kind of memory. */
    private record Line(String name, ToLongFunction<Sample> bytes) {}

    private List<Line> lines() {
      List<Line> lines = new ArrayList<>();
      for (String executor : samples.get(samples.size() - 1).residentBytes.keySet()) {
        lines.add(
            new Line(
                "executor " + executor, sample -> sample.residentBytes.getOrDefault(executor, 0L)));
      }
      lines.add(new Line("blocks", Sample::blockBytes));
      return lines;
    }
  }

  /**
   * Measures after the first round and after every {@value #SAMPLE_EVERY}th.
   *
   * @param rounds in all
   * @throws BadInputException if the rounds end before anything has settled, or there is no /proc
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
        if (round == 1 || round % SAMPLE_EVERY == 0) {
          samples.add(new Sample(round, residentBytes(spark, workers), blockBytes(spark)));
        }
        stage.at(round, "");
      }
      return new Result(workers, master.vectorBytes(), samples);
    }
  }

  private static SortedMap<String, Long> residentBytes(JavaSparkContext spark, int workers) {
    // More tasks than slots, so that every executor answers.
    List<Integer> tasks = IntStream.range(0, 4 * workers).boxed().toList();
    SortedMap<String, Long> largest = new TreeMap<>();
    spark
        .parallelize(tasks, tasks.size())
        .map(task -> new Tuple2<>(SparkEnv.get().executorId(), residentBytes()))
        .collect()
        .forEach(answer -> largest.merge(answer._1(), answer._2(), Math::max));
    return largest;
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
