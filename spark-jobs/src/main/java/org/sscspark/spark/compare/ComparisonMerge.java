package org.sscspark.spark.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.config.BadInputException;
import org.sscspark.spark.train.TrainOutcome;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialFolder;
import org.sscspark.spark.trial.TrialResult;
import org.sscspark.storage.Lease;
import org.sscspark.storage.Publication;
import org.sscspark.storage.Storage;

/**
 * Comparisons by one recipe on the same data, run in several folders, as one: their trials are
 * copied into the folder of a comparison that has the methods, densities and seeds of all.
 */
public final class ComparisonMerge {
  /** What must be equal of two trials that are the same; the rest of an epoch's line is times. */
  private static final Map<String, String> RESULTS =
      new TreeMap<>(
          Map.of(
              "/loss", "loss",
              "/accuracy", "accuracy",
              "/evaluation/loss", "loss on the test set",
              "/evaluation/accuracy", "accuracy on the test set",
              "/averageEvaluation/loss", "loss of the moving average on the test set",
              "/averageEvaluation/accuracy", "accuracy of the moving average on the test set"));

  private final Configuration configuration;
  private final List<ComparisonSource> sources;
  private final ComparisonPlan plan;

  /** A trial as one of the sources has it. */
  private record Found(ComparisonSource source, TrialResult result) {
    /**
     * Done before not done, then by epochs, then not failed before failed, then by how much is told
     * of the epochs: tables by an older program lack moving averages.
     */
    static final Comparator<Found> BY_PROGRESS =
        Comparator.<Found, Boolean>comparing(found -> found.result().isDone())
            .thenComparing(found -> found.result().epochs().size())
            .thenComparing(found -> found.result().failure().isEmpty())
            .thenComparing(Found::told);

    private long told() {
      return result.epochs().stream()
          .flatMap(epoch -> RESULTS.keySet().stream().map(epoch::at))
          .filter(part -> !part.isMissingNode())
          .count();
    }
  }

  /**
   * Looks at the sources, and writes nothing.
   *
   * @param sources without doubles
   * @throws BadInputException if recipe, data or what is held equal differ
   */
  private ComparisonMerge(Configuration configuration, List<ComparisonSource> sources)
      throws IOException {
    this.configuration = configuration;
    this.sources = sources;
    ComparisonPlan all = sources.get(0).plan();
    for (ComparisonSource source : sources.subList(1, sources.size())) {
      Optional<String> difference = PlanDifference.between(all, source.plan());
      if (difference.isPresent()) {
        throw new BadInputException(
            "%s and %s do not belong into one table: from the first to the second, %s; merge"
                    .formatted(sources.get(0).location(), source.location(), difference.get())
                + " comparisons by one recipe on the same data");
      }
      all = all.plus(source.plan());
    }
    this.plan = all;
  }

  /**
   * Merges folders, and writes tables and report of all.
   *
   * @param from the folders; they stay as they are
   * @param out a new or empty folder, or that of a comparison, which others are then merged into.
   *     Started again after it was interrupted, a merge continues
   * @throws BadInputException if a folder holds no comparison, or tables of one only, or is in use,
   *     if recipe, data or what is held equal differ, or if the same trial has different results in
   *     two of them
   */
  public static Comparison run(Configuration configuration, List<URI> from, URI out)
      throws IOException {
    Set<URI> folders = new LinkedHashSet<>();
    ComparisonFolder merged = new ComparisonFolder(configuration, out);
    if (merged.holdsOne()) {
      folders.add(out);
    }
    folders.addAll(from);
    if (folders.size() < 2) {
      throw new BadInputException(
          "--merge has nothing to merge %s with; give the folders of two comparisons at least"
              .formatted(folders.iterator().next()));
    }
    for (URI folder : folders) {
      Lease.requireFree(Storage.fileSystem(configuration, folder), new Path(folder));
    }
    List<ComparisonSource> sources = sources(configuration, folders);
    for (ComparisonSource source : sources) {
      if (source instanceof PublishedComparison) {
        throw new BadInputException(
            "%s holds tables of a comparison and not its trials, which --out would be given copies of; leave out --out, and give --tables"
                .formatted(source.location()));
      }
    }
    ComparisonMerge merge = new ComparisonMerge(configuration, sources);
    List<Found> chosen = merge.chosen();
    merged.requireFor(merge.plan);
    try (Lease lease = merged.lease()) {
      merged.start(merge.plan);
      for (Found found : chosen) {
        merge.copy(found, out);
      }
      lease.requireHeld();
      return CompareJob.report(merged);
    }
  }

  /**
   * Reads what several folders hold, trials or tables, as one comparison; copies and writes
   * nothing, so the folders may be in use.
   *
   * @throws BadInputException as {@link #run}, but for tables
   */
  public static Comparison read(Configuration configuration, List<URI> from) throws IOException {
    ComparisonMerge merge =
        new ComparisonMerge(configuration, sources(configuration, new LinkedHashSet<>(from)));
    Map<String, TrialResult> results =
        merge.chosen().stream()
            .map(Found::result)
            .collect(Collectors.toMap(result -> result.trial().name(), result -> result));
    return Comparison.of(
        merge.plan, trial -> results.getOrDefault(trial.name(), TrialResult.waiting(trial)));
  }

  /** The folders of trials among these; the others hold tables. */
  public static List<URI> folders(Configuration configuration, List<URI> from) throws IOException {
    List<URI> folders = new ArrayList<>();
    for (ComparisonSource source : sources(configuration, new LinkedHashSet<>(from))) {
      if (source instanceof ComparisonFolder) {
        folders.add(source.location());
      }
    }
    return folders;
  }

  /**
   * Trials that are below a folder but not in the plan of its latest start, nor in another's: they
   * are not merged.
   */
  public static Set<String> leftOut(Configuration configuration, URI folder, Comparison merged)
      throws IOException {
    return ComparisonSource.at(configuration, folder).leftOut(merged);
  }

  private static List<ComparisonSource> sources(Configuration configuration, Set<URI> folders)
      throws IOException {
    List<ComparisonSource> sources = new ArrayList<>();
    for (URI folder : folders) {
      sources.add(ComparisonSource.at(configuration, folder));
    }
    return sources;
  }

  /** Of each trial that has begun, the source that is furthest. */
  private List<Found> chosen() throws IOException {
    List<Found> chosen = new ArrayList<>();
    for (Trial trial : plan.trials()) {
      List<Found> all = new ArrayList<>();
      for (ComparisonSource source : sources) {
        TrialResult result = source.result(trial);
        if (result.state() != TrialFolder.State.WAITING) {
          all.add(new Found(source, result));
        }
      }
      for (int i = 0; i < all.size(); i++) {
        for (int j = i + 1; j < all.size(); j++) {
          requireEqual(all.get(i), all.get(j));
        }
      }
      // The first of equals.
      all.stream()
          .reduce((one, other) -> Found.BY_PROGRESS.compare(other, one) > 0 ? other : one)
          .ifPresent(chosen::add);
    }
    return chosen;
  }

  private static void requireEqual(Found one, Found other) {
    difference(one.result(), other.result())
        .ifPresent(
            difference -> {
              throw new BadInputException(
                  "%s is in %s and in %s with different results: %s; leave one of the two out, or remove the trial's folder"
                      .formatted(
                          one.result().trial().name(),
                          one.source().location(),
                          other.source().location(),
                          difference));
            });
  }

  /** The first result of an epoch that both have of one trial, and that is another. */
  static Optional<String> difference(TrialResult one, TrialResult other) {
    int epochs = Math.min(one.epochs().size(), other.epochs().size());
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (Map.Entry<String, String> result : RESULTS.entrySet()) {
        JsonNode first = one.epochs().get(epoch).at(result.getKey());
        JsonNode second = other.epochs().get(epoch).at(result.getKey());
        boolean both = !first.isMissingNode() && !second.isMissingNode();
        if (both && !first.equals(second)) {
          return Optional.of(
              "%s after epoch %s is %s and %s"
                  .formatted(result.getValue(), epoch + 1, first, second));
        }
      }
    }
    return Optional.empty();
  }

  private void copy(Found found, URI out) throws IOException {
    URI folder = found.source().location();
    if (folder.equals(out)) {
      return;
    }
    Path source = new Path(found.result().trial().folder(folder));
    Path target = new Path(found.result().trial().folder(out));
    FileSystem fileSystem = Storage.fileSystem(configuration, out);
    Path temporary = new Path(target.getParent(), ComparisonFolder.TEMPORARY + target.getName());
    fileSystem.delete(temporary, /* recursive= */ true);
    fileSystem.mkdirs(target.getParent());
    FileUtil.copy(
        Storage.fileSystem(configuration, folder),
        source,
        fileSystem,
        temporary,
        /* deleteSource= */ false,
        configuration);
    TrainOutcome.settle(
        RunDirectory.existing(fileSystem, temporary), fileSystem.makeQualified(target));
    // What the folder has of the trial is the beginning of what is copied, or failed.
    fileSystem.delete(target, /* recursive= */ true);
    new Publication(fileSystem).publish(temporary, target, published -> true);
  }
}
