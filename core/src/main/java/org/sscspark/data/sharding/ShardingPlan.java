package org.sscspark.data.sharding;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.raw.RawDataset;
import org.sscspark.network.FeatureShape;

/**
 * Which example goes into which shard, decided by the seed and the counts of the raw data set
 * alone.
 *
 * <p>The examples of a class, numbered in the order of parts and records, are permuted at random
 * and those of the selection are laid end to end, class after class; the example at place p of that
 * sequence goes to shard p mod S. So the shards differ by at most one example, and by at most one
 * example of each class.
 *
 * @param name the data set's name
 * @param shape the shape of every image
 * @param imageFiles whether the raw data set holds image files rather than pixels
 * @param resize whether image files are scaled and cut to the shape
 * @param classSizes the raw examples of each class, before selection
 * @param starts what comes before each part
 */
public record ShardingPlan(
    String name,
    long seed,
    Selection selection,
    int shards,
    ImageEncoding encoding,
    FeatureShape shape,
    boolean imageFiles,
    boolean resize,
    List<String> classes,
    List<Long> classSizes,
    List<PartStart> starts,
    DatasetSource source)
    implements Serializable {
  private static final long RAW_SHARD_BYTES = 32L << 20;
  private static final long ENCODED_SHARD_BYTES = 128L << 20;
  private static final int FEW_SHARDS = 8;
  private static final int FEW_EXAMPLES = 256;

  /**
   * What comes before a part.
   *
   * @param examples the examples of all parts before
   * @param ofClass the examples of each class in all parts before
   */
  public record PartStart(long examples, TreeMap<String, Long> ofClass) implements Serializable {}

  /**
   * Plans the sharding of a raw data set whose parts have been counted.
   *
   * @throws BadInputException if a class is empty, image sizes differ or an option does not fit
   */
  public static ShardingPlan of(RawDataset raw, List<PartCount> parts, ShardingOptions options) {
    List<PartStart> starts = new ArrayList<>();
    TreeMap<String, Long> sizes = new TreeMap<>();
    long examples = 0;
    for (PartCount part : parts) {
      starts.add(new PartStart(examples, new TreeMap<>(sizes)));
      for (Map.Entry<String, Long> count : part.counts().entrySet()) {
        sizes.merge(count.getKey(), count.getValue(), Long::sum);
        examples += count.getValue();
      }
    }
    List<String> classes = raw.classes().orElse(List.copyOf(sizes.keySet()));
    for (String name : classes) {
      if (sizes.getOrDefault(name, 0L) == 0) {
        throw new BadInputException(
            "Class '%s' of %s has no images; add some or remove the class"
                .formatted(name, raw.source().location()));
      }
    }
    List<Long> classSizes = classes.stream().map(sizes::get).toList();
    FeatureShape shape = shape(raw, parts, options);
    long selected = classSizes.stream().mapToLong(size -> options.selection().count(size)).sum();
    DatasetSource source = raw.source();
    return new ShardingPlan(
        options.name(),
        options.seed(),
        options.selection(),
        shards(options, shape, selected, source),
        options.encoding(),
        shape,
        raw.rawShape().isEmpty(),
        options.resize().isPresent(),
        classes,
        classSizes,
        starts,
        new DatasetSource(
            source.format(), source.location(), source.split(), options.selection().toString()));
  }

  private static FeatureShape shape(
      RawDataset raw, List<PartCount> parts, ShardingOptions options) {
    Optional<FeatureShape> pixels = raw.rawShape();
    if (pixels.isPresent()) {
      if (options.encoding() == ImageEncoding.ENCODED || options.resize().isPresent()) {
        throw new BadInputException(
            "Format %s holds raw pixels; leave out --encoding and --resize"
                .formatted(raw.source().format()));
      }
      return pixels.get();
    }
    if (options.resize().isPresent()) {
      return new FeatureShape(3, options.resize().getAsInt(), options.resize().getAsInt());
    }
    List<PartCount> sampled = parts.stream().filter(p -> p.sampleShape() != null).toList();
    if (sampled.isEmpty()) {
      throw new BadInputException(raw.source().location() + " holds no images");
    }
    PartCount first = sampled.get(0);
    for (PartCount part : sampled) {
      if (!part.sampleShape().equals(first.sampleShape())) {
        throw mixedSizes(part.sample(), part.sampleShape(), first.sampleShape());
      }
    }
    return first.sampleShape();
  }

  static BadInputException mixedSizes(String where, FeatureShape found, FeatureShape expected) {
    return new BadInputException(
        "%s is %dx%d, but other images are %dx%d; pass --resize to make them one size"
            .formatted(where, found.height(), found.width(), expected.height(), expected.width()));
  }

  private static int shards(
      ShardingOptions options, FeatureShape shape, long examples, DatasetSource source) {
    if (examples == 0) {
      throw new BadInputException(
          "No image of %s is in selection '%s'; widen the portion"
              .formatted(source.location(), options.selection()));
    }
    if (options.shards().isPresent()) {
      if (options.shards().getAsInt() > examples) {
        throw new BadInputException(
            "%d shards for %d images; give fewer shards"
                .formatted(options.shards().getAsInt(), examples));
      }
      return options.shards().getAsInt();
    }
    long target = options.encoding() == ImageEncoding.RAW ? RAW_SHARD_BYTES : ENCODED_SHARD_BYTES;
    long bySize = (examples * shape.size() + target - 1) / target;
    long few = Math.min(FEW_SHARDS, (examples + FEW_EXAMPLES - 1) / FEW_EXAMPLES);
    return Math.toIntExact(Math.max(bySize, few));
  }

  /** Returns the examples taken of a class. */
  long selected(int label) {
    return selection.count(classSizes.get(label));
  }

  /** Returns the examples taken of all classes. */
  public long examples() {
    return classSizes.stream().mapToLong(selection::count).sum();
  }

  /** Returns the manifest of the data set that these shards make. */
  public DatasetManifest manifest(List<WrittenShard> written) {
    ShardStatistics all = ShardStatistics.none(classes.size(), shape.channels());
    for (WrittenShard shard : written) {
      all = all.plus(shard.statistics());
    }
    return new DatasetManifest(
        DatasetManifest.FORMAT_VERSION,
        name,
        shape,
        encoding,
        classes,
        all.classCounts(),
        all.examples(),
        seed,
        all.mean(),
        all.deviation(),
        written.stream().map(WrittenShard::file).toList(),
        source);
  }
}
