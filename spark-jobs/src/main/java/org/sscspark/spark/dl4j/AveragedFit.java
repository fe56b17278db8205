package org.sscspark.spark.dl4j;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.sscspark.config.BadInputException;
import org.sscspark.spark.averaging.Contribution;
import org.sscspark.spark.averaging.OpenJobs;
import org.sscspark.spark.averaging.ParameterAverage;
import org.sscspark.spark.averaging.Reduction;
import org.sscspark.storage.Sha256;

/**
 * One fit: rounds of training and averaging until no worker has minibatches left.
 *
 * @param times what is measured, or null
 */
record AveragedFit(
    FittedNetwork fitted,
    MasterSettings settings,
    DriverListeners listeners,
    RecordingListeners recording,
    MasterTimes times) {
  private static final OpenJobs OPEN = new OpenJobs();

  /** What a round did. */
  private record Outcome(long examples, boolean more) {}

  /**
   * Trains.
   *
   * @param load makes a minibatch of an element of the source
   * @throws BadInputException if the network's parameters are not FLOAT, or if it has none
   */
  <T> void train(JavaRDD<T> source, Function<T, MultiDataSet> load) {
    requireAveragable(fitted.network());
    if (settings.batch().isEmpty()) {
      rounds(source, load);
      return;
    }
    int examples = settings.batch().getAsInt();
    rounds(
        source.map(load).mapPartitions(elements -> new Rebatched(elements, examples)),
        minibatch -> minibatch);
  }

  /** The source is kept for the rounds of this fit, unless its owner keeps it already. */
  private <T> void rounds(JavaRDD<T> source, Function<T, MultiDataSet> load) {
    AveragedNetwork network = fitted.network();
    long began = System.currentTimeMillis();
    String configuration = network.configuration();
    String key = Sha256.of(configuration.getBytes(StandardCharsets.UTF_8));
    OPEN.add(key);
    boolean keep = source.getStorageLevel().equals(StorageLevel.NONE());
    if (keep) {
      source.persist(StorageLevel.MEMORY_AND_DISK());
    }
    try {
      listeners.epochStarts(network);
      long examples = 0;
      boolean more = source.getNumPartitions() > 0;
      for (int round = 0; more; round++) {
        Outcome outcome = round(source, load, configuration, key, round);
        examples += outcome.examples;
        more = outcome.more;
      }
      listeners.epochEnds(network);
      if (times != null) {
        times.fitted(began, examples);
      }
    } finally {
      OPEN.remove(key);
      if (keep) {
        source.unpersist();
      }
    }
  }

  private static void requireAveragable(AveragedNetwork network) {
    if (network.network().numParams() == 0) {
      throw new BadInputException("The network has no parameters, so there is nothing to average");
    }
    DataType type = network.network().params().dataType();
    if (type != DataType.FLOAT) {
      throw new BadInputException(
          "The network has parameters of type "
              + type
              + ", which cannot be averaged: build it with dataType(DataType.FLOAT)");
    }
  }

  private <T> Outcome round(
      JavaRDD<T> source,
      Function<T, MultiDataSet> load,
      String configuration,
      String key,
      int index) {
    AveragedNetwork network = fitted.network();
    long began = System.currentTimeMillis();
    Broadcast<NetworkState> broadcast =
        time(
            MasterTimes.Part.BROADCAST,
            () ->
                fitted
                    .spark()
                    .broadcast(NetworkState.of(network, configuration, settings.updaterState())));
    try {
      NetworkWorker<T> worker =
          new NetworkWorker<>(
              OPEN.now(fitted.spark(), key),
              broadcast,
              load,
              new NetworkWorker.Round(
                  index, settings.frequency(), settings.seed(), settings.timed()),
              recording.copies());
      int length = network.length(settings.updaterState());
      Reduction reduction =
          settings.reduction().resolve((long) length * Float.BYTES, source.getNumPartitions());
      ParameterAverage average =
          time(
              MasterTimes.Part.AGGREGATE,
              () ->
                  ParameterAverage.of(
                      source.mapPartitionsWithIndex(worker::train, false), length, reduction));
      return time(MasterTimes.Part.PROCESS, () -> apply(average));
    } finally {
      broadcast.destroy();
      if (times != null) {
        times.round(began, source.getNumPartitions());
      }
    }
  }

  private <V, X extends Exception> V time(MasterTimes.Part part, Timings.Work<V, X> work) throws X {
    return times == null ? work.run() : times.time(part, work);
  }

  /** Sets the network to the mean and tells listeners. */
  private Outcome apply(ParameterAverage average) {
    List<NetworkWorker.Report> reports =
        average.contributions().stream().map(contribution -> report(contribution)).toList();
    for (NetworkWorker.Report report : reports) {
      recording.deliver(report.records());
      if (times != null && report.times() != null) {
        times.worker(report.times());
      }
    }
    if (average.examples() > 0) {
      AveragedNetwork network = fitted.network();
      int first = network.iterations();
      network.write(average.mean(), settings.updaterState());
      network.count(
          first + reports.stream().mapToInt(NetworkWorker.Report::iterations).max().orElse(0),
          network.epochs());
      List<NetworkWorker.Minibatch> last =
          reports.stream().map(NetworkWorker.Report::last).filter(Objects::nonNull).toList();
      fitted.setScore(meanScore(last));
      listeners.roundEnds(network, first, average.examples(), last.get(0));
    }
    return new Outcome(average.examples(), reports.stream().anyMatch(NetworkWorker.Report::more));
  }

  private static NetworkWorker.Report report(Contribution contribution) {
    return contribution.report(NetworkWorker.Report.class);
  }

  /** As DL4J defines a wrapper's score: of the last minibatch of each worker, here by examples. */
  private static double meanScore(List<NetworkWorker.Minibatch> minibatches) {
    double sum = 0;
    long examples = 0;
    for (NetworkWorker.Minibatch minibatch : minibatches) {
      sum += minibatch.score() * minibatch.examples();
      examples += minibatch.examples();
    }
    return sum / examples;
  }
}
