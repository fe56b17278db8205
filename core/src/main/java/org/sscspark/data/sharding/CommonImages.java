package org.sscspark.data.sharding;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.ShardFile;

/** Whether a test set has images of a training set, as far as what both say of themselves tells. */
public final class CommonImages {
  /** Its location names a column, not where rows came from. */
  private static final String DATAFRAME = "dataframe";

  private CommonImages() {}

  /**
   * What a test set has of a training set, as words that follow "the test set"; empty if nothing is
   * known to be in both.
   */
  public static Optional<String> of(DatasetManifest training, DatasetManifest test) {
    List<String> trained = checksums(training);
    List<String> tested = checksums(test);
    Set<String> common = new HashSet<>(tested);
    common.retainAll(trained);
    if (common.isEmpty()) {
      return overlap(training, test);
    }
    return Optional.of(
        tested.size() == trained.size() && common.size() == tested.size()
            ? "is the training set"
            : "has images of the training set: %s of its %s shards"
                .formatted(common.size(), tested.size()));
  }

  private static List<String> checksums(DatasetManifest set) {
    return set.shards().stream().map(ShardFile::sha256).toList();
  }

  private static Optional<String> overlap(DatasetManifest training, DatasetManifest test) {
    DatasetSource from = training.source();
    DatasetSource other = test.source();
    if (!from.format().equals(other.format())
        || !from.location().equals(other.location())
        || !from.split().equals(other.split())
        || from.format().equals(DATAFRAME)) {
      return Optional.empty();
    }
    boolean sameOrder = training.seed() == test.seed();
    return ExampleSelection.inWords(from.selection())
        .flatMap(
            one ->
                ExampleSelection.inWords(other.selection())
                    .filter(two -> one.overlaps(two, sameOrder)))
        .map(
            two ->
                "has images of the training set: both were sharded from %s, %s%s and %s%s"
                    .formatted(
                        from.location(),
                        from.selection(),
                        seed(training, sameOrder),
                        two,
                        seed(test, sameOrder)));
  }

  /** Said where it is the reason: each seed puts images in another order. */
  private static String seed(DatasetManifest set, boolean sameOrder) {
    return sameOrder ? "" : " (seed " + set.seed() + ")";
  }
}
