package org.sscspark.spark.compare;

import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.sscspark.report.Figures;
import org.sscspark.spark.trial.TrialFolder;
import org.sscspark.spark.trial.TrialNetwork;
import org.sscspark.spark.trial.TrialResult;

/**
 * A method at a density, over its seeds.
 *
 * @param trials one for each seed, in the plan's order
 */
record Cell(CellKey key, List<TrialResult> trials) {
  Cell {
    trials = List.copyOf(trials);
  }

  /** The trials that have trained all their epochs: what means are taken over. */
  List<TrialResult> done() {
    return trials.stream().filter(TrialResult::isDone).toList();
  }

  /** The trials that could not continue. */
  List<TrialResult> failed() {
    return trials.stream().filter(one -> one.state() == TrialFolder.State.FAILED).toList();
  }

  /** The trials whose network is known, done or not. */
  List<TrialResult> designed() {
    return trials.stream().filter(one -> one.network().isPresent()).toList();
  }

  Statistic lastAccuracy() {
    return over(done(), one -> one.lastAccuracy().orElse(Double.NaN));
  }

  /** As {@link #lastAccuracy}, over some seeds only. */
  Statistic lastAccuracy(Set<Long> seeds) {
    return Statistic.of(accuracies(seeds));
  }

  /** The seeds whose trials have trained all their epochs. */
  Set<Long> doneSeeds() {
    return done().stream().map(Cell::seed).collect(Collectors.toSet());
  }

  private static long seed(TrialResult one) {
    return one.trial().experiment().seed();
  }

  Statistic bestAccuracy() {
    return over(done(), one -> one.bestAccuracy().orElse(Double.NaN));
  }

  /**
   * Its last epochs minus those of another, seed by seed; trials that are not done do not count.
   */
  PairedDifference against(Cell other) {
    return against(other, doneSeeds());
  }

  /** As the other, over some seeds only. */
  PairedDifference against(Cell other, Set<Long> seeds) {
    return PairedDifference.of(accuracies(seeds), other.accuracies(seeds));
  }

  /** By seed, in the plan's order; NaN of trials that are not done or have another seed. */
  private double[] accuracies(Set<Long> seeds) {
    return trials.stream()
        .mapToDouble(
            one ->
                one.isDone() && seeds.contains(seed(one))
                    ? one.lastAccuracy().orElse(Double.NaN)
                    : Double.NaN)
        .toArray();
  }

  /** Over all epochs, those before pruning included. */
  Statistic secondsPerEpoch() {
    return over(done(), one -> one.secondsPerEpoch().orElse(Double.NaN));
  }

  /** Of all epochs, as {@link #secondsPerEpoch}. */
  Statistic trainingSeconds() {
    return over(done(), one -> one.trainingSeconds().orElse(Double.NaN));
  }

  /** The epochs of each trial. */
  int epochs() {
    return trials.get(0).trial().experiment().train().epochs();
  }

  Statistic parameters() {
    return network(trained -> (double) trained.parameters());
  }

  Statistic density() {
    return network(TrialNetwork::density);
  }

  Statistic effectiveDensity() {
    return network(TrialNetwork::effectiveDensity);
  }

  /** Filters on a path from the image to the logits. */
  Statistic effectiveNodes() {
    return network(trained -> (double) trained.effectiveNodes());
  }

  /** The decimal logarithm of the number of paths, over the seeds that have any. */
  Statistic log10Paths() {
    return network(TrialNetwork::log10Paths);
  }

  Statistic macs() {
    return network(trained -> (double) trained.macs());
  }

  /** Multiply-adds over those of the dense network. */
  Statistic macShare() {
    return network(TrialNetwork::macShare);
  }

  /** Multiply-adds of the whole training, epochs before pruning included. */
  Statistic trainingMacs() {
    return over(designed(), one -> one.trainingMacs().orElseThrow());
  }

  Statistic checkpointBytes() {
    return network(trained -> (double) trained.checkpointBytes());
  }

  /**
   * The sizes of its networks, where its seeds have different ones though settings alone decide how
   * many weights there are; empty where all is well. A trial's name is its settings, not what a
   * version of the program makes of them.
   */
  List<String> differentSizes() {
    List<String> sizes =
        designed().stream()
            .map(one -> one.network().orElseThrow())
            .map(
                one ->
                    Figures.count(one.kept()) + " weights, " + Figures.count(one.macs()) + " MACs")
            .distinct()
            .toList();
    return key.method().scores() || sizes.size() < 2 ? List.of() : sizes;
  }

  /** Layers of which nothing is left, in any of the trials. */
  List<String> collapsedLayers() {
    return designed().stream()
        .flatMap(one -> one.network().orElseThrow().collapsedLayers().stream())
        .distinct()
        .toList();
  }

  private Statistic network(ToDoubleFunction<TrialNetwork> value) {
    return over(designed(), one -> value.applyAsDouble(one.network().orElseThrow()));
  }

  private static Statistic over(List<TrialResult> trials, ToDoubleFunction<TrialResult> value) {
    return Statistic.of(trials.stream().mapToDouble(value).toArray());
  }
}
