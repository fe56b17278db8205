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
import java.util.TreeSet;
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
  private static final String TEMPORARY = ".tmp-";

  /** What must be equal of two trials that are the same; the rest of an epoch's line is times. */
  private static final List<String> RESULTS = List.of("loss", "accuracy", "evaluation");

  private final Configuration configuration;
  private final List<URI> folders;
  private final ComparisonPlan plan;

  /** A trial as one of the folders has it. */
  private record Found(URI folder, TrialResult result) {
    /** Done before not done, then by epochs, then not failed before failed. */
    static final Comparator<Found> BY_PROGRESS =
        Comparator.<Found, Boolean>comparing(found -> found.result().isDone())
            .thenComparing(found -> found.result().epochs().size())
            .thenComparing(found -> found.result().failure().isEmpty());
  }

  /**
   * Looks at the folders, and writes nothing.
   *
   * @param folders without doubles
   * @throws BadInputException if one holds no comparison or is in use, or if recipe, data or what
   *     is held equal differ
   */
  private ComparisonMerge(Configuration configuration, List<URI> folders) throws IOException {
    this.configuration = configuration;
    this.folders = folders;
    ComparisonPlan all = ComparisonFolder.existing(configuration, folders.get(0)).plan();
    for (URI folder : folders.subList(1, folders.size())) {
      ComparisonPlan other = ComparisonFolder.existing(configuration, folder).plan();
      Optional<String> difference = all.mergeDifference(other);
      if (difference.isPresent()) {
        throw new BadInputException(
            "%s and %s do not belong into one table: from the first to the second, %s; merge"
                    .formatted(folders.get(0), folder, difference.get())
                + " comparisons by one recipe on the same data");
      }
      all = all.plus(other);
    }
    this.plan = all;
  }

  /**
   * Merges folders, and writes tables and report of all.
   *
   * @param from the folders; they stay as they are
   * @param out a new or empty folder, or that of a comparison, which others are then merged into.
   *     Started again after it was interrupted, a merge continues
   * @throws BadInputException if a folder holds no comparison or is in use, if recipe, data or what
   *     is held equal differ, or if the same trial has different results in two of them
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
    ComparisonMerge merge = new ComparisonMerge(configuration, List.copyOf(folders));
    List<Found> chosen = merge.chosen();
    merged.requireFor(merge.plan);
    try (Lease lease = merged.lease()) {
      merged.start(merge.plan);
      for (Found found : chosen) {
        merge.copy(found, out);
      }
      lease.requireHeld();
      return CompareJob.report(configuration, merged);
    }
  }

  /**
   * Reads what several folders hold as one comparison; copies and writes nothing, so the folders
   * may be in use.
   *
   * @throws BadInputException as {@link #run}
   */
  public static Comparison read(Configuration configuration, List<URI> from) throws IOException {
    ComparisonMerge merge =
        new ComparisonMerge(configuration, List.copyOf(new LinkedHashSet<>(from)));
    Map<String, TrialResult> results =
        merge.chosen().stream()
            .map(Found::result)
            .collect(Collectors.toMap(result -> result.trial().name(), result -> result));
    return Comparison.of(
        merge.plan,
        trial ->
            results.containsKey(trial.name())
                ? results.get(trial.name())
                : TrialResult.of(configuration, from.get(0), trial));
  }

  /**
   * Trials that are below a folder but not in the plan of its latest start, nor in another's: they
   * are not merged.
   */
  public static Set<String> leftOut(Configuration configuration, URI folder, Comparison merged)
      throws IOException {
    Set<String> names =
        merged.trials().stream().map(one -> one.trial().name()).collect(Collectors.toSet());
    Set<String> others = new TreeSet<>(TrialFolder.begun(configuration, folder));
    others.removeIf(name -> names.contains(name) || name.startsWith(TEMPORARY));
    return others;
  }

  /** Of each trial that has begun, the folder that is furthest. */
  private List<Found> chosen() throws IOException {
    List<Found> chosen = new ArrayList<>();
    for (Trial trial : plan.trials()) {
      List<Found> all = new ArrayList<>();
      for (URI folder : folders) {
        TrialResult result = TrialResult.of(configuration, folder, trial);
        if (result.state() != TrialFolder.State.WAITING) {
          all.add(new Found(folder, result));
        }
      }
      for (Found other : all) {
        requireEqual(all.get(0), other);
      }
      // The first of equals.
      all.stream()
          .reduce((one, other) -> Found.BY_PROGRESS.compare(other, one) > 0 ? other : one)
          .ifPresent(chosen::add);
    }
    return chosen;
  }

  private static void requireEqual(Found one, Found other) {
    int epochs = Math.min(one.result().epochs().size(), other.result().epochs().size());
    for (int epoch = 0; epoch < epochs; epoch++) {
      JsonNode a = one.result().epochs().get(epoch);
      JsonNode b = other.result().epochs().get(epoch);
      for (String key : RESULTS) {
        if (!a.path(key).equals(b.path(key))) {
          throw new BadInputException(
              ("%s is in %s and in %s with different results: %s after epoch %d is %s and %s; remove"
                      + " its folder from one of them")
                  .formatted(
                      one.result().trial().name(),
                      one.folder(),
                      other.folder(),
                      key,
                      epoch + 1,
                      a.path(key),
                      b.path(key)));
        }
      }
    }
  }

  private void copy(Found found, URI out) throws IOException {
    if (found.folder().equals(out)) {
      return;
    }
    Path source = new Path(found.result().trial().folder(found.folder()));
    Path target = new Path(found.result().trial().folder(out));
    FileSystem fileSystem = Storage.fileSystem(configuration, out);
    Path temporary = new Path(target.getParent(), TEMPORARY + target.getName());
    fileSystem.delete(temporary, /* recursive= */ true);
    fileSystem.mkdirs(target.getParent());
    FileUtil.copy(
        Storage.fileSystem(configuration, found.folder()),
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
