package org.sscspark.data.sharding;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.PassedOver;
import org.sscspark.data.ReadingNotes;
import org.sscspark.data.ShardFile;
import org.sscspark.data.raw.PassedOverTally;
import org.sscspark.data.raw.RawDescription;

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
 * @param images what becomes of each image
 * @param classSizes the raw examples of each class, before selection
 * @param parts what is known of each part; none in a task, which gets its own
 * @param passedOver files of the raw data set that are no images
 */
public record ShardingPlan(
    String name,
    long seed,
    ExampleSelection selection,
    int shards,
    ImagePlan images,
    List<String> classes,
    List<Long> classSizes,
    List<PlannedPart> parts,
    List<PassedOver> passedOver,
    DatasetSource source)
    implements Serializable {
  private static final long RAW_SHARD_BYTES = 32L << 20;
  private static final long ENCODED_SHARD_BYTES = 128L << 20;

  /** Of image files that keep their sizes; they are decoded one by one. */
  private static final long FILES_SHARD_BYTES = 64L << 20;

  private static final int FEW_SHARDS = 8;
  private static final int FEW_EXAMPLES = 256;

  /**
   * Plans the sharding of a raw data set whose parts have been counted.
   *
   * @throws BadInputException if there are no images, a class is empty or there twice, image sizes
   *     differ or an option does not fit
   */
  public static ShardingPlan of(
      RawDescription raw, List<PartCount> counted, ShardingOptions options) {
    List<PlannedPart> parts = new ArrayList<>();
    TreeMap<String, Long> sizes = new TreeMap<>();
    PassedOverTally passedOver = new PassedOverTally();
    long examples = 0;
    for (PartCount part : counted) {
      PlannedPart planned = new PlannedPart(examples, new TreeMap<>());
      for (Map.Entry<String, Long> count : part.counts().entrySet()) {
        long before = sizes.getOrDefault(count.getKey(), 0L);
        planned.ofClass().put(count.getKey(), new PlannedPart.Share(before, count.getValue()));
        sizes.put(count.getKey(), before + count.getValue());
        examples += count.getValue();
      }
      parts.add(planned);
      passedOver.addAll(part.passedOver());
    }
    DatasetSource source = raw.source();
    List<String> classes = raw.classes().orElse(List.copyOf(sizes.keySet()));
    Set<String> names = new HashSet<>();
    for (String name : classes) {
      if (!names.add(name)) {
        throw new BadInputException(
            "%s %s has class '%s' twice; give each class a name of its own"
                .formatted(source.format(), source.location(), name));
      }
      if (sizes.getOrDefault(name, 0L) == 0) {
        throw emptyClass(name, source, passedOver.kinds());
      }
    }
    if (examples == 0) {
      throw new BadInputException(
          "%s %s holds no images; give one that does"
              .formatted(source.format(), source.location()));
    }
    List<SizeSurvey> surveys = counted.stream().map(PartCount::sizes).toList();
    ImagePlan images = ImagePlan.of(raw, surveys, options.images());
    List<Long> classSizes = classes.stream().map(sizes::get).toList();
    long selected = classSizes.stream().mapToLong(size -> options.selection().count(size)).sum();
    double share = (double) selected / examples;
    long stored =
        images.encoding() == ImageEncoding.ENCODED
            ? Math.round(share * SizeSurvey.of(surveys).bytes())
            : 0;
    return new ShardingPlan(
        options.name(),
        options.seed(),
        options.selection(),
        shards(options, images, selected, stored, source),
        images,
        classes,
        classSizes,
        parts,
        passedOver.kinds(),
        new DatasetSource(
            source.format(), source.location(), source.split(), options.selection().toString()));
  }

  private static BadInputException emptyClass(
      String name, DatasetSource source, List<PassedOver> passedOver) {
    String passed =
        passedOver.stream()
            .map(kind -> String.format(Locale.ROOT, "%,d %s", kind.count(), kind.kind()))
            .collect(Collectors.joining(", "));
    return new BadInputException(
        "Class '%s' of %s has no images%s; add some or remove the class"
            .formatted(
                name,
                source.location(),
                passed.isEmpty() ? "" : " (of all classes were passed over: " + passed + ")"));
  }

  /**
   * Returns how many shards there are.
   *
   * @param stored the length of the image files that shards hold as they are
   */
  private static int shards(
      ShardingOptions options, ImagePlan images, long examples, long stored, DatasetSource source) {
    if (examples == 0) {
      throw new BadInputException(
          "No image of %s is in selection '%s'; widen the portion"
              .formatted(source.location(), options.selection()));
    }
    if (options.shards().isPresent()) {
      int wanted = options.shards().getAsInt();
      if (wanted > examples) {
        throw new BadInputException(
            "%s shards for %s images; give fewer shards".formatted(wanted, examples));
      }
      long least = leastShards(images, examples, stored);
      if (wanted < least) {
        throw new BadInputException(
            "A shard is read at once and has less than 2 GiB, so %s images are at least %s shards, not %s; give --shards %s or more, or leave it out"
                .formatted(examples, least, wanted, least));
      }
      return wanted;
    }
    long target =
        !images.sizes().isOne()
            ? FILES_SHARD_BYTES
            : images.encoding() == ImageEncoding.RAW ? RAW_SHARD_BYTES : ENCODED_SHARD_BYTES;
    long pixels = images.sizes().isOne() ? examples * images.sizes().shape().size() : 0;
    long bySize = (Math.max(stored, pixels) + target - 1) / target;
    long few = Math.min(FEW_SHARDS, (examples + FEW_EXAMPLES - 1) / FEW_EXAMPLES);
    return Math.toIntExact(Math.max(bySize, few));
  }

  /** How many shards there must be for each to be read, as a file and as pixels of one size. */
  private static long leastShards(ImagePlan images, long examples, long stored) {
    long asFiles = (stored + ShardFile.MOST_BYTES - 1) / ShardFile.MOST_BYTES;
    if (!images.sizes().isOne()) {
      return asFiles;
    }
    long one = images.sizes().shape().size() + ShardFile.ROW_BYTES;
    long most = Math.max(1, ShardFile.MOST_BYTES / one);
    return Math.max(asFiles, (examples + most - 1) / most);
  }

  /** Returns the plan as tasks get it: without the parts, of which there may be very many. */
  public ShardingPlan forTasks() {
    return new ShardingPlan(
        name, seed, selection, shards, images, classes, classSizes, List.of(), passedOver, source);
  }

  /** Returns the examples taken of a class. */
  long selected(int label) {
    return selection.count(classSizes.get(label));
  }

  /** Returns the examples taken of all classes. */
  public long examples() {
    return classSizes.stream().mapToLong(selection::count).sum();
  }

  /**
   * Returns what the user should know of before anything is written.
   *
   * @return a sentence each
   */
  public List<String> warnings() {
    List<String> empty =
        names(
            label -> selected(label) == 0,
            label ->
                String.format(
                    Locale.ROOT, "%s (of %,d)", classes.get(label), classSizes.get(label)));
    return empty.isEmpty()
        ? List.of()
        : List.of(
            "%s leaves no image of %s; widen the portion if it should have some"
                .formatted(selection, list(empty)));
  }

  /**
   * Returns what the user should know of the data set that was made.
   *
   * @return a sentence each
   */
  public List<String> warnings(DatasetManifest manifest) {
    List<String> warnings = new ArrayList<>(warnings());
    List<String> lost =
        names(label -> selected(label) > 0 && manifest.classCounts().get(label) == 0, classes::get);
    if (!lost.isEmpty()) {
      warnings.add("No image of %s can be decoded, and all were left out".formatted(list(lost)));
    }
    return warnings;
  }

  private List<String> names(IntPredicate wanted, IntFunction<String> name) {
    return IntStream.range(0, classes.size()).filter(wanted).mapToObj(name).toList();
  }

  private static String list(List<String> names) {
    int most = 20;
    return (names.size() == 1 ? "class " : "classes ")
        + String.join(", ", names.subList(0, Math.min(most, names.size())))
        + (names.size() > most
            ? String.format(Locale.ROOT, " and %,d more", names.size() - most)
            : "");
  }

  /**
   * Makes the data set of all shards appear at its place. Leaving out what cannot be decoded may
   * leave nothing of a small shard, which is left out as well.
   *
   * @param item what holds an image, in one word, as file
   * @throws BadInputException if images cannot be used, naming the first of them, or none is left,
   *     or a shard is too long to be read
   */
  public DatasetManifest commit(DatasetFolder folder, List<WrittenShard> written, String item)
      throws IOException {
    RejectedImages.requireNone(written, images.skipCorrupt(), item);
    List<WrittenShard> kept = new ArrayList<>();
    for (WrittenShard shard : written) {
      WrittenShard.requireReadable(shard.file(), shards);
      if (shard.statistics().examples() > 0) {
        kept.add(shard.numbered(kept.size()));
      }
    }
    DatasetManifest manifest = manifest(written, kept);
    folder.commit(manifest, kept, RejectedImages.all(written, WrittenShard::corrupt));
    return manifest;
  }

  private DatasetManifest manifest(List<WrittenShard> written, List<WrittenShard> kept) {
    ShardStatistics all = ShardStatistics.none(classes.size(), images.sizes().channels());
    for (WrittenShard shard : kept) {
      all = all.plus(shard.statistics());
    }
    return new DatasetManifest(
        DatasetManifest.FORMAT_VERSION,
        name,
        all.sizes(),
        images.encoding(),
        classes,
        all.classCounts(),
        all.examples(),
        seed,
        all.mean(),
        all.std(),
        kept.stream().map(WrittenShard::file).toList(),
        source,
        new ReadingNotes(
            passedOver, all.turned(), RejectedImages.all(written, WrittenShard::corrupt).count()));
  }
}
