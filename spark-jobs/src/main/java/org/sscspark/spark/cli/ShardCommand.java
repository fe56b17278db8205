package org.sscspark.spark.cli;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.raw.RawFormat;
import org.sscspark.data.raw.Synthetic;
import org.sscspark.data.sharding.ExampleSelection;
import org.sscspark.data.sharding.ImageOptions;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.data.sharding.ShardingPlan;
import org.sscspark.network.FeatureShape;
import org.sscspark.spark.dataset.ShardInput;
import org.sscspark.spark.dataset.ShardJob;
import org.sscspark.spark.dataset.ShardRequest;
import org.sscspark.spark.dataset.TableColumns;
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
      description = {
        "cifar10, cifar100, idx, image-folder, tiny-imagenet, parquet (a table of images and labels)",
        "or synthetic."
      })
  private String format;

  @Option(
      names = "--in",
      paramLabel = "URI",
      description = "The raw data set: a folder, or an archive (tar, zip; gzip, bzip2, xz, zstd).")
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
      description = {
        "The part of the raw data set, as in train, test or val; of an image folder the folder above",
        "the classes."
      })
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
        "they are read, for large images; without --resize each keeps its size."
      })
  private ImageEncoding encoding = ImageEncoding.RAW;

  @Option(
      names = "--skip-corrupt",
      description =
          "Leave out images that cannot be decoded, and list them in left-out.jsonl of the data set.")
  private boolean skipCorrupt;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      description = "Refuse images of which more pixels are decoded at once (default: 33554432).")
  private long maxPixels = ReadLimits.standard().pixels();

  @Option(
      names = "--max-bytes",
      paramLabel = "N",
      description = "Refuse image files that are longer (default: 134217728).")
  private long maxBytes = ReadLimits.standard().bytes();

  @Option(
      names = "--image-column",
      paramLabel = "NAME",
      description = {
        "Of format parquet: the column of image files, Spark's image structs or pixels",
        "(default: image)."
      })
  private String imageColumn = "image";

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description = "Of format parquet: names or whole numbers (default: label).")
  private String labelColumn = "label";

  @Option(
      names = "--id-column",
      paramLabel = "NAME",
      description =
          "Of format parquet: what tells rows apart, as a path; else the images' contents do.")
  private Optional<String> idColumn = Optional.empty();

  @Option(
      names = "--image-shape",
      paramLabel = "CxHxW",
      description = "Of format parquet: the shape of images that are pixels, as in 3x32x32.")
  private Optional<String> imageShape = Optional.empty();

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
  protected void run() throws Exception {
    rejectSettings();
    URI location = Location.of(out);
    ShardingOptions options =
        new ShardingOptions(
            name.orElseGet(() -> lastFolder(location)),
            seed,
            selection(),
            optional(shards),
            new ImageOptions(
                encoding, optional(resize), skipCorrupt, new ReadLimits(maxPixels, maxBytes)));
    ShardJob job = ShardJob.of(hadoop(), new ShardRequest(input(), options, location));
    try (SparkSession session = openSession()) {
      if (isDryRun()) {
        printPlan(job.plan(session, progress()));
        return;
      }
      ShardJob.Sharded sharded = job.run(session, progress());
      sharded.warnings().forEach(warning -> say("WARN " + warning));
      print(sharded.description(), sharded.description().text());
    }
  }

  private ShardInput input() {
    if (format.equals("synthetic")) {
      return new ShardInput.Generated(
          new Synthetic(examples, classes, new FeatureShape(3, size, size), seed, split));
    }
    boolean table = format.equals("parquet");
    RawFormat known = table ? null : RawFormat.named(format);
    URI given =
        Location.of(
            in.orElseThrow(
                () ->
                    new BadInputException(
                        "Format " + format + " reads files; give them with --in")));
    return table
        ? new ShardInput.Table(given, columns())
        : new ShardInput.Files(known, given, split);
  }

  private TableColumns columns() {
    return new TableColumns(
        imageColumn, labelColumn, idColumn, imageShape.map(FeatureShape::parse));
  }

  private ExampleSelection selection() {
    Matcher matcher = PORTION.matcher(portion);
    if (!matcher.matches()) {
      throw new BadInputException(
          "Portion '" + portion + "' is not of the form A..B, as in 0..0.9");
    }
    try {
      return new ExampleSelection(
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
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("images", plan.examples());
    json.put("shape", plan.images().sizes());
    json.put("classes", plan.classes());
    json.put("shards", plan.shards());
    json.put("passedOver", plan.passedOver());
    json.put("warnings", plan.warnings());
    StringBuilder text = new StringBuilder();
    text.append(
        "would write %,d images of %s in %d classes to %d shards at %s%n"
            .formatted(
                plan.examples(), plan.images().sizes(), plan.classes().size(), plan.shards(), out));
    plan.passedOver()
        .forEach(
            kind ->
                text.append(
                    "passed over %,d %s, as %s%n"
                        .formatted(kind.count(), kind.kind(), kind.example())));
    plan.warnings().forEach(warning -> say("WARN " + warning));
    print(json, text.toString());
  }
}
