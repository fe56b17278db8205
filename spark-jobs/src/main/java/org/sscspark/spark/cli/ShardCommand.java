package org.sscspark.spark.cli;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.Location;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.sharding.ExampleSelection;
import org.sscspark.data.sharding.ImageOptions;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.spark.dataset.ShardJob;
import org.sscspark.spark.dataset.ShardPreview;
import org.sscspark.spark.dataset.ShardRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Option;

/** Makes a sharded data set of a raw one. */
@Command(
    name = "shard",
    description = "Turns a raw data set into a sharded one that training reads.",
    modelTransformer = ShardCommand.WithoutSettings.class)
final class ShardCommand extends SparkCommand {
  /** Leaves out of the help what is refused. */
  static final class WithoutSettings implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec spec) {
      OptionSpec config = spec.findOption(CONFIG);
      PositionalParamSpec settings = spec.positionalParameters().get(0);
      return spec.remove(config)
          .remove(settings)
          .addOption(config.toBuilder().hidden(true).build())
          .addPositional(settings.toBuilder().hidden(true).build());
    }
  }

  @Mixin private ShardInputOptions input;
  @Mixin private ReadOptions read;

  @NamesPlace
  @Option(
      names = "--out",
      required = true,
      paramLabel = "URI",
      description = "The folder to make; it must not exist.")
  private String out;

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
  private long limit = Long.MAX_VALUE;

  @Option(
      names = "--resize",
      paramLabel = "N",
      description = "Scale the shorter side of image files to N pixels and keep the centre square.")
  private Optional<Integer> resize = Optional.empty();

  @Option(
      names = "--encoding",
      paramLabel = "KIND",
      description = {
        "raw: store pixels (default). encoded: store image files as they are and decode them when "
            + "they are read, for large images; without --resize each keeps its size."
      })
  private ImageEncoding encoding = ImageEncoding.RAW;

  @Option(
      names = "--skip-corrupt",
      description =
          "Leave out images that cannot be decoded, and list them in left-out.jsonl of the data set.")
  private boolean skipCorrupt;

  /** picocli knows {@link Optional} only. */
  private static OptionalInt optional(Optional<Integer> value) {
    return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }

  /** It has options only. */
  @Override
  protected boolean reads(String key) {
    return false;
  }

  @Override
  protected void run() throws Exception {
    rejectSettings();
    URI location = Location.of(out);
    ShardingOptions options =
        new ShardingOptions(
            name.orElseGet(() -> new Path(location).getName()),
            seed,
            ExampleSelection.of(portion, limit),
            optional(shards),
            new ImageOptions(encoding, optional(resize), skipCorrupt, read.limits()));
    ShardJob job =
        ShardJob.of(hadoop(), new ShardRequest(input.input(seed, read), options, location));
    try (SparkSession session = openSession()) {
      if (isDryRun()) {
        ShardPreview preview = job.preview(session, progress());
        warn(preview.warnings());
        print(preview, preview.text());
        return;
      }
      ShardJob.Sharded sharded = job.run(session, progress());
      warn(sharded.warnings());
      print(sharded.description(), sharded.description().text());
    }
  }

  private void warn(List<String> warnings) {
    warnings.forEach(warning -> say("WARN " + warning));
  }
}
