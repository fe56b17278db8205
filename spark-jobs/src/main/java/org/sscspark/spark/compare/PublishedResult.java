package org.sscspark.spark.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.sscspark.spark.compare.ComparisonSettings.Equal;
import org.sscspark.spark.trial.ImageSet;

/**
 * An accuracy that others have published, of the best epoch on the test set, after 160 epochs on
 * the whole training set.
 *
 * @param bestAccuracy mean and deviation over runs
 * @param source where it was read
 */
record PublishedResult(
    String dataSet,
    String model,
    String method,
    double density,
    Statistic bestAccuracy,
    String source) {
  private static final String FILE = "published-accuracy.csv";

  /** Densities that differ by less are the same: 0.1 is 0.1, but 0.05 is not 0.056. */
  private static final double SAME_DENSITY = 0.01;

  /** Well-known data sets, by the number of classes, one of them and the side of an image. */
  private enum KnownSet {
    CIFAR10(10, "automobile", 32),
    CIFAR100(100, "aquarium_fish", 32),
    TINY_IMAGENET(200, "n01443537", 64);

    private final int classes;
    private final String someClass;
    private final int side;

    KnownSet(int classes, String someClass, int side) {
      this.classes = classes;
      this.someClass = someClass;
      this.side = side;
    }

    private boolean is(ImageSet set) {
      return set.classes().size() == classes
          && set.classes().contains(someClass)
          && set.shape().height() == side
          && set.shape().width() == side;
    }

    private String fileName() {
      return this == TINY_IMAGENET ? "tiny-imagenet" : name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The published number of a row's data set, network, method and density, if there is one. What
   * was published are methods as they are, of so many weights: where something else is equal a
   * row's density is another, or its epochs are.
   */
  static Optional<PublishedResult> of(ComparisonPlan plan, CellKey cell) {
    Optional<KnownSet> set =
        Stream.of(KnownSet.values()).filter(known -> known.is(plan.training())).findFirst();
    if (set.isEmpty()
        || plan.base().model().width() != 1
        || plan.settings().equal() != Equal.PARAMETERS
        || !plan.base().pruning().leaves(cell.method())) {
      return Optional.empty();
    }
    return all().stream()
        .filter(one -> one.dataSet.equals(set.get().fileName()))
        .filter(one -> one.model.equals(plan.base().model().name()))
        .filter(one -> one.method.equals(cell.method().name()))
        .filter(one -> Math.abs(one.density - cell.density()) <= SAME_DENSITY * cell.density())
        .findFirst();
  }

  /** All that are known. */
  static List<PublishedResult> all() {
    try (InputStream in = PublishedResult.class.getResourceAsStream(FILE);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return lines.lines().skip(1).map(PublishedResult::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + FILE, e);
    }
  }

  private static PublishedResult parse(String line) {
    String[] cells = line.split(",", -1);
    return new PublishedResult(
        cells[0],
        cells[1],
        cells[2],
        Double.parseDouble(cells[3]),
        new Statistic(
            Integer.parseInt(cells[6]), Double.parseDouble(cells[4]), Double.parseDouble(cells[5])),
        cells[7]);
  }
}
