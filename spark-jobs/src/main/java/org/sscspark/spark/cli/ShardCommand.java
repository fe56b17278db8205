package org.sscspark.spark.cli;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.raw.RawDataset;
import org.sscspark.data.raw.RawFormat;
import org.sscspark.data.raw.Synthetic;
import org.sscspark.data.sharding.DatasetFolder;
import org.sscspark.data.sharding.Selection;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.data.sharding.ShardingPlan;
import org.sscspark.network.FeatureShape;
import org.sscspark.spark.dataset.DatasetDescription;
import org.sscspark.spark.dataset.ShardingJob;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a sharded data set of a raw one. */
@Command(
    name = "shard",
    description = "Turns a raw data set into a sharded one that training reads.")
final class ShardCommand extends SparkCommand {
  private static final Pattern PORTION = Pattern.compile("([0-9.]+)\\.\\.([0-9.]+)");

  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      description = "cifar10, cifar100, idx, image-folder, tiny-imagenet or synthetic.")
  private String format;

  @Option(
      names = "--in",
      paramLabel = "URI",
      description = "The raw data set: a folder, or a .tar or .tar.gz archive.")
  private Optional<String> in = Optional.empty();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "URI",
      description = "The folder to make; it must not exist.")
  private String out;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "The part of the raw data set, as in train, test or val.")
  private String split = "";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The data set's name; else that of the last folder of --out.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides the shuffle, and the images if they are generated (default: 1).")
  private long seed = 1;

  @Option(
      names = "--shards",
      paramLabel = "N",
      description = "The number of shards; else one for every 32 MB of pixels, at least 8.")
  private Optional<Integer> shards = Optional.empty();

  @Option(
      names = "--portion",
      paramLabel = "A..B",
      description = {
        "Of each class in random order, what lies between these fractions (default: 0..1).",
        "0..0.9 and 0.9..1 with one seed share no image: a held-out part."
      })
  private String portion = "0..1";

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most so many images of each class.")
  private Optional<Long> limit = Optional.empty();

  @Option(
      names = "--resize",
      paramLabel = "N",
      description = "Scale the shorter side of image files to N pixels and keep the centre square.")
  private Optional<Integer> resize = Optional.empty();

  @Option(
      names = "--encoding",
      paramLabel = "KIND",
      description = {
        "raw: store pixels (default). encoded: store image files as they are and decode them when",
        "they are read, for large images."
      })
  private ImageEncoding encoding = ImageEncoding.RAW;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Images to generate for format synthetic (default: 10000).")
  private long examples = 10_000;

  @Option(
      names = "--classes",
      paramLabel = "N",
      description = "Classes of format synthetic (default: 10).")
  private int classes = 10;

  @Option(
      names = "--size",
      paramLabel = "N",
      description = "Height and width of the images of format synthetic (default: 32).")
  private int size = 32;

  /** picocli knows {@link Optional} only. */
  private static OptionalInt optional(Optional<Integer> value) {
    return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }

  @Override
  void run() throws Exception {
    rejectSettings();
    URI location = Location.of(out);
    ShardingOptions options =
        new ShardingOptions(
            name.orElseGet(() -> lastFolder(location)),
            seed,
            selection(),
            optional(shards),
            encoding,
            optional(resize));
    // Looked at before Spark starts, so that a mistake is told at once.
    Configuration configuration = hadoop();
    DatasetFolder.rejectExisting(configuration, location);
    RawDataset raw = raw(configuration);
    try (SparkSession session = openSession()) {
      ShardingJob job =
          new ShardingJob(
              JavaSparkContext.fromSparkContext(session.sparkContext()), raw, progress());
      ShardingPlan plan = job.plan(options);
      if (isDryRun()) {
        printPlan(plan);
        return;
      }
      DatasetManifest manifest = job.write(plan, location);
      DatasetDescription description = DatasetDescription.of(location, manifest);
      print(description, description.text());
    }
  }

  private RawDataset raw(Configuration configuration) {
    if (format.equals("synthetic")) {
      return new Synthetic(examples, classes, new FeatureShape(3, size, size), seed, split);
    }
    RawFormat known = RawFormat.named(format);
    String given =
        in.orElseThrow(
            () -> new BadInputException("Format " + format + " reads files; give them with --in"));
    return known.open(configuration, Location.of(given), split);
  }

  private Selection selection() {
    Matcher matcher = PORTION.matcher(portion);
    if (!matcher.matches()) {
      throw new BadInputException(
          "Portion '" + portion + "' is not of the form A..B, as in 0..0.9");
    }
    try {
      return new Selection(
          Double.parseDouble(matcher.group(1)),
          Double.parseDouble(matcher.group(2)),
          limit.orElse(Long.MAX_VALUE));
    } catch (NumberFormatException e) {
      throw new BadInputException(
          "Portion '" + portion + "' is not of the form A..B, as in 0..0.9", e);
    }
  }

  private static String lastFolder(URI location) {
    String path = location.getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private void printPlan(ShardingPlan plan) {
    long images = plan.examples();
    print(
        Map.of(
            "images", images,
            "shape", plan.shape(),
            "classes", plan.classes(),
            "shards", plan.shards(),
            "pixelBytes", images * plan.shape().size()),
        "would write %,d images of %s in %d classes to %d shards at %s: %,d bytes of pixels"
            .formatted(
                images,
                plan.shape(),
                plan.classes().size(),
                plan.shards(),
                out,
                images * plan.shape().size()));
  }
}
