package org.sscspark.spark.dataset;

import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.SerializableConfiguration;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Dataset;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.ImageEncoding;
import org.sscspark.network.FeatureShape;

/** A sharded data set as it travels to executors: all that they need to read its shards. */
public record DatasetReference(
    URI location, DatasetManifest manifest, SerializableConfiguration configuration)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int NAMED = 10;

  /**
   * Refers to a stored data set.
   *
   * @throws BadInputException if there is none
   */
  public static DatasetReference to(Configuration configuration, URI location) {
    return new DatasetReference(
        location,
        Dataset.open(configuration, location).manifest(),
        new SerializableConfiguration(configuration));
  }

  /**
   * Checks that a network trained on this set can be evaluated on another.
   *
   * @throws BadInputException if images or classes are not alike
   */
  public void requireSameKind(DatasetReference test) {
    requireClasses(
        "the training set", manifest.classes(), "Test set " + test.location(), test.manifest());
    if (!test.manifest().sizes().equals(manifest.sizes())) {
      throw new BadInputException(
          "Test set %s has images of %s, the training set of %s: shard both alike"
              .formatted(test.location(), test.manifest().sizes(), manifest.sizes()));
    }
  }

  /**
   * Checks that a data set has the classes that a network knows, in the same order.
   *
   * @param known where the network's classes come from, in words
   * @param set the data set in words, at the beginning of a sentence
   * @throws BadInputException naming the classes that only one of them has
   */
  public static void requireClasses(
      String known, List<String> classes, String set, DatasetManifest manifest) {
    if (manifest.classes().equals(classes)) {
      return;
    }
    List<String> missing = without(classes, manifest.classes());
    List<String> unknown = without(manifest.classes(), classes);
    List<String> differences = new ArrayList<>();
    if (!missing.isEmpty()) {
      differences.add("lacks " + named(missing) + " of " + known);
    }
    if (!unknown.isEmpty()) {
      differences.add("has " + named(unknown) + " that " + known + " has not");
    }
    throw new BadInputException(
        "%s %s: shard both alike"
            .formatted(
                set,
                differences.isEmpty()
                    ? "has the classes of " + known + " in another order"
                    : String.join(" and ", differences)));
  }

  private static List<String> without(List<String> names, List<String> others) {
    Set<String> known = new HashSet<>(others);
    return names.stream().filter(name -> !known.contains(name)).toList();
  }

  private static String named(List<String> names) {
    String some =
        names.stream().limit(NAMED).map(name -> "'" + name + "'").collect(Collectors.joining(", "));
    return (names.size() == 1 ? "class " : "classes ")
        + some
        + (names.size() > NAMED
            ? String.format(Locale.ROOT, " and %,d more", names.size() - NAMED)
            : "");
  }

  /**
   * The same images in one size, if one is asked for.
   *
   * @param side of a square; empty leaves images as they are
   * @throws BadInputException if the data set holds pixels
   */
  public DatasetReference resized(Optional<Integer> side) {
    return side.map(length -> resizedTo(length, length)).orElse(this);
  }

  /** The same images in the size that a network reads, if they are files. */
  public DatasetReference fitting(FeatureShape input) {
    return manifest.encoding() == ImageEncoding.ENCODED
        ? resizedTo(input.height(), input.width())
        : this;
  }

  private DatasetReference resizedTo(int height, int width) {
    FeatureShape shape = new FeatureShape(manifest.sizes().channels(), height, width);
    return new DatasetReference(location, manifest.resizedTo(shape), configuration);
  }

  /** Opens the data set without reading anything. */
  public Dataset open() {
    return Dataset.of(configuration.value(), location, manifest);
  }
}
