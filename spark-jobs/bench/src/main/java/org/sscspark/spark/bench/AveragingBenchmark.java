package org.sscspark.spark.bench;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.apache.spark.api.java.JavaSparkContext;
import org.sscspark.config.BadInputException;
import org.sscspark.report.Figures;
import org.sscspark.report.Progress;
import org.sscspark.report.Table;
import org.sscspark.spark.averaging.Reduction;
import org.sscspark.spark.train.Experiment;
import org.sscspark.training.RoundSeconds;

/**
 * Rounds of averaging, phase by phase: several numbers of workers, both reductions, and DL4J's own
 * master on the same network and images, in turn, so that what disturbs the machine disturbs all.
 */
public final class AveragingBenchmark {
  /** For the JIT compiler, the replicas and the shard caches. */
  private static final int WARM_UP_ROUNDS = 2;

  private AveragingBenchmark() {}

  /**
   * Who is measured.
   *
   * @param workers the numbers of workers to compare
   * @param reductions the ways to average their vectors
   * @param stock whether DL4J's own master runs as well
   * @param rounds of each, besides those that warm up
   */
  public record Contest(
      List<Integer> workers, List<Reduction> reductions, boolean stock, int rounds) {}

  /**
   * Medians over full rounds, in seconds. Of DL4J's master only the whole round is known; its parts
   * are null.
   *
   * @param overhead everything but compute, as a share of the round
   * @param toDriver bytes of task results in a round
   * @param shuffled bytes that tasks wrote for one another in a round
   */
  public record Row(
      String master,
      int workers,
      int rounds,
      double round,
      Double broadcast,
      Double compute,
      Double reduce,
      Double driver,
      Double overhead,
      double imagesPerSecond,
      long toDriver,
      long shuffled) {

    private List<String> cells() {
      return List.of(
          master,
          Integer.toString(workers),
          Integer.toString(rounds),
          millis(round),
          millis(broadcast),
          millis(compute),
          millis(reduce),
          millis(driver),
          overhead == null ? "" : Figures.percent(overhead),
          Figures.fixed(imagesPerSecond, 0),
          Figures.bytes(toDriver),
          Figures.bytes(shuffled));
    }

    private static String millis(Double seconds) {
      return seconds == null ? "" : Figures.fixed(1000 * seconds, 1) + " ms";
    }
  }

  /**
   * All rows.
   *
   * @param vectorBytes what every executor fetches at the start of a round
   */
  public record Result(String network, int parameters, long vectorBytes, List<Row> rows) {
    /** A table. */
    public String text() {
      List<Table.Column> columns = new ArrayList<>(List.of(Table.Column.text("master")));
      for (String title :
          List.of(
              "workers",
              "rounds",
              "round",
              "broadcast",
              "compute",
              "reduce",
              "driver",
              "overhead",
              "images/s",
              "to driver",
              "shuffled")) {
        columns.add(Table.Column.number(title));
      }
      return "%s, %s parameters; an executor fetches %s a round%n%s"
          .formatted(
              network,
              Figures.count(parameters),
              Figures.bytes(vectorBytes),
              new Table(columns, rows.stream().map(Row::cells).toList()).text());
    }
  }

  /**
   * Measures.
   *
   * @param experiment gives network, recipe, engine and minibatches a round
   * @param data the training set
   * @throws BadInputException if an epoch of the data set has no full round
   */
  public static Result run(
      JavaSparkContext spark, Experiment experiment, URI data, Contest contest, Progress progress) {
    AveragingSetup setup = new AveragingSetup(spark, experiment, data);
    int rounds = contest.rounds;
    contest.workers.forEach(count -> requireFullRound(setup, count));
    List<Contender> contenders = new ArrayList<>();
    try (Traffic traffic = new Traffic(spark.sc());
        Progress.Stage stage = progress.start("rounds", WARM_UP_ROUNDS + rounds, "rounds")) {
      for (int count : contest.workers) {
        for (Reduction reduction : contest.reductions) {
          contenders.add(new SparseRounds(setup, count, reduction));
        }
        if (contest.stock) {
          contenders.add(new StockRounds(setup, count));
        }
      }
      List<Samples> samples = contenders.stream().map(Samples::new).toList();
      for (int round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
        for (Samples of : samples) {
          of.round(traffic, round >= WARM_UP_ROUNDS);
        }
        stage.at(round + 1, "");
      }
      return new Result(
          setup.network().name(),
          setup.initialParameters().length,
          setup.vectorBytes(),
          samples.stream().map(Samples::row).toList());
    } finally {
      contenders.forEach(Contender::close);
    }
  }

  private static void requireFullRound(AveragingSetup setup, int workers) {
    long images = setup.imagesOfRound(workers);
    long examples = setup.data().manifest().examples();
    if (examples < images) {
      throw new BadInputException(
          "A round of %s workers takes %s images, the data set has %s: lower averaging.frequency"
              .formatted(workers, images, examples));
    }
  }

  /** The rounds of one contender. */
  private static final class Samples {
    private final Contender contender;
    private final List<Contender.Sample> rounds = new ArrayList<>();
    private final List<Traffic.Bytes> bytes = new ArrayList<>();

    Samples(Contender contender) {
      this.contender = contender;
    }

    void round(Traffic traffic, boolean counts) {
      Traffic.Bytes before = traffic.bytes();
      Contender.Sample sample = contender.round();
      if (counts) {
        rounds.add(sample);
        bytes.add(traffic.bytes().minus(before));
      }
    }

    Row row() {
      double seconds = median(rounds, Contender.Sample::seconds);
      boolean parts = rounds.get(0).parts().isPresent();
      return new Row(
          contender.name(),
          contender.workers(),
          rounds.size(),
          seconds,
          parts ? part(RoundSeconds::broadcast) : null,
          parts ? part(RoundSeconds::compute) : null,
          parts ? part(RoundSeconds::reduce) : null,
          parts ? part(RoundSeconds::driver) : null,
          parts ? part(all -> all.overhead() / all.total()) : null,
          median(rounds, sample -> sample.images() / sample.seconds()),
          (long) median(bytes, Traffic.Bytes::results),
          (long) median(bytes, Traffic.Bytes::shuffled));
    }

    private Double part(ToDoubleFunction<RoundSeconds> part) {
      return median(rounds, sample -> part.applyAsDouble(sample.parts().orElseThrow()));
    }

    private static <T> double median(List<T> samples, ToDoubleFunction<T> value) {
      return new Median().evaluate(samples.stream().mapToDouble(value).toArray());
    }
  }
}
