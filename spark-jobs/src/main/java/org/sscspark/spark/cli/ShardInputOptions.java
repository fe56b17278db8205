package org.sscspark.spark.cli;

import java.net.URI;
import java.util.Optional;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.raw.RawFormat;
import org.sscspark.data.raw.Synthetic;
import org.sscspark.network.FeatureShape;
import org.sscspark.spark.dataset.ShardInput;
import org.sscspark.spark.dataset.TableColumns;
import picocli.CommandLine.Option;

/** Options that say which images are sharded. */
final class ShardInputOptions {
  private static final String GENERATED = "synthetic";
  private static final String TABLE = "parquet";

  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      description = {
        "cifar10, cifar100, idx, image-folder, tiny-imagenet, parquet (a table of images and labels) "
            + "or synthetic."
      })
  private String format;

  @NamesPlace
  @Option(
      names = "--in",
      paramLabel = "URI",
      description = "The raw data set: a folder, or an archive (tar, zip; gzip, bzip2, xz, zstd).")
  private Optional<String> in = Optional.empty();

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = {
        "The part of the raw data set, as in train, test or val; of an image folder the folder above "
            + "the classes."
      })
  private String split = "";

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description = "Of format parquet: names or whole numbers (default: label).")
  private Optional<String> labelColumn = Optional.empty();

  @Option(
      names = "--id-column",
      paramLabel = "NAME",
      description =
          "Of format parquet: what tells rows apart, as a path, no two alike; else the images'"
              + " contents do.")
  private Optional<String> idColumn = Optional.empty();

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Images to generate for format synthetic (default: 10000).")
  private Optional<Long> examples = Optional.empty();

  @Option(
      names = "--classes",
      paramLabel = "N",
      description = "Classes of format synthetic (default: 10).")
  private Optional<Integer> classes = Optional.empty();

  @Option(
      names = "--size",
      paramLabel = "N",
      description = "Height and width of the images of format synthetic (default: 32).")
  private Optional<Integer> size = Optional.empty();

  /**
   * The input.
   *
   * @param seed of images that are generated
   * @param read how images are read
   * @throws BadInputException if there is no such format, or an option that is not for it
   */
  ShardInput input(long seed, ReadOptions read) {
    if (!format.equals(TABLE)) {
      reject(
          read.isOfTable() || labelColumn.isPresent() || idColumn.isPresent(),
          "columns of a table (--image-column, --label-column, --id-column, --image-shape)");
    }
    if (!format.equals(GENERATED)) {
      reject(
          examples.isPresent() || classes.isPresent() || size.isPresent(),
          "--examples, --classes and --size, which are for generated images");
    }
    return switch (format) {
      case GENERATED -> {
        reject(in.isPresent(), "--in");
        yield new ShardInput.Generated(generated(seed, read.limits()));
      }
      case TABLE -> {
        reject(!split.isEmpty(), "--split");
        yield new ShardInput.Table(given(), columns(read));
      }
      default -> {
        RawFormat known = RawFormat.named(format);
        yield new ShardInput.Files(known, given(), split);
      }
    };
  }

  private void reject(boolean given, String options) {
    if (given) {
      throw new BadInputException(
          "Format %s takes no %s; leave out what was given".formatted(format, options));
    }
  }

  private URI given() {
    return Location.of(
        in.orElseThrow(
            () -> new BadInputException("Format " + format + " reads files; give them with --in")));
  }

  private TableColumns columns(ReadOptions read) {
    return new TableColumns(
        read.imageColumn(), labelColumn.orElse("label"), idColumn, read.pixels());
  }

  private Synthetic generated(long seed, ReadLimits limits) {
    int side = size.orElse(32);
    limits.requireSide("--size", side);
    return new Synthetic(
        examples.orElse(10_000L), classes.orElse(10), new FeatureShape(3, side, side), seed, split);
  }
}
