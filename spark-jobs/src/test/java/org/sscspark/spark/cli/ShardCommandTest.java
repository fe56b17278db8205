package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Augmentation;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.raw.Synthetic;
import org.sscspark.data.sharding.ExampleSelection;
import org.sscspark.data.sharding.LocalSharding;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.network.FeatureShape;

/** Mistakes that are found before Spark starts, and the command inspect, which needs none. */
class ShardCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  private int run(String... args) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), args);
  }

  private void assertBadInput(String message, String... args) {
    assertThat(run(args)).isEqualTo(2);
    assertThat(err.toString().strip()).contains(message).doesNotContain("\n");
    assertThat(out.toString()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void unknownFormatsAreListed() {
    assertBadInput(
        "Unknown format 'cifar'; use one of cifar10,",
        "shard",
        "--format",
        "cifar",
        "--in",
        "x",
        "--out",
        folder + "/out");
  }

  @Test
  void numbersAreParsedBeforeAnythingIsDone() {
    assertBadInput(
        "Invalid value for option '--limit': 'many' is not a long",
        "shard",
        "--format",
        "synthetic",
        "--out",
        folder + "/out",
        "--shards",
        "3",
        "--resize",
        "8",
        "--limit",
        "many");
  }

  @Test
  void anExistingTargetIsNamed() {
    assertBadInput(
        folder.getFileName() + " exists already; remove it or give another --out",
        "shard",
        "--format",
        "synthetic",
        "--out",
        folder.toString());
  }

  @Test
  void aMissingSourceIsNamed() {
    assertBadInput(
        "absent does not exist",
        "shard",
        "--format",
        "idx",
        "--in",
        folder + "/absent",
        "--out",
        folder + "/out");
    err.getBuffer().setLength(0);
    assertBadInput(
        "Format idx reads files; give them with --in",
        "shard",
        "--format",
        "idx",
        "--out",
        folder + "/out");
  }

  @Test
  void portionsAndSettingsAreChecked() {
    assertBadInput(
        "Portion '0.5' is not of the form A..B",
        "shard",
        "--format",
        "synthetic",
        "--portion",
        "0.5",
        "--out",
        folder + "/out");
    err.getBuffer().setLength(0);
    assertBadInput(
        "takes no settings, but was given seed=3",
        "shard",
        "--format",
        "synthetic",
        "--out",
        folder + "/out",
        "seed=3");
  }

  /** Kind: a help that offers what is refused. */
  @Test
  void settingsAreNotInTheHelp() {
    assertThat(Ended.ssc("shard", "--help").out())
        .contains("--master", "--dry-run")
        .doesNotContain("--config", "KEY=VALUE", "Settings");
    assertThat(Ended.ssc("shard", "--format", "synthetic", "--out", "o", "--config", "f").err())
        .contains("takes no settings, but was given f");
  }

  @Test
  void optionsOfTablesAreChecked() {
    assertBadInput(
        "Image shape '3x32' is not of the form CHANNELSxHEIGHTxWIDTH",
        "shard",
        "--format",
        "parquet",
        "--in",
        folder + "/absent",
        "--image-shape",
        "3x32",
        "--out",
        folder + "/out");
    err.getBuffer().setLength(0);
    assertBadInput(
        "absent does not exist; give the table's Parquet file or folder with --in",
        "shard",
        "--format",
        "parquet",
        "--in",
        folder + "/absent",
        "--out",
        folder + "/out");
    err.getBuffer().setLength(0);
    assertBadInput(
        "Limits of 0 pixels and 134217728 bytes an image must be positive",
        "shard",
        "--format",
        "synthetic",
        "--max-pixels",
        "0",
        "--out",
        folder + "/out");
  }

  /** Kind: an option that is read and forgotten. */
  @ParameterizedTest
  @CsvSource({
    "synthetic, --in, x, Format synthetic takes no --in",
    "parquet, --split, test, Format parquet takes no --split",
    "idx, --image-column, picture, Format idx takes no columns of a table (--image-column",
    "cifar10, --label-column, name, Format cifar10 takes no columns",
    "synthetic, --id-column, path, Format synthetic takes no columns",
    "image-folder, --image-shape, 3x8x8, Format image-folder takes no columns",
    "parquet, --examples, 7, 'Format parquet takes no --examples, --classes and --size'",
    "idx, --classes, 7, 'Format idx takes no --examples'",
    "cifar100, --size, 7, 'Format cifar100 takes no --examples'",
  })
  void optionsOfOtherFormatsAreRefused(String format, String option, String value, String said) {
    assertBadInput(
        said,
        "shard",
        "--format",
        format,
        option,
        value,
        "--out",
        folder.resolve("out").toString());
  }

  /** Kind: a number of the user's of which an array is made that no memory holds. */
  @ParameterizedTest
  @CsvSource({
    "image-folder, --resize, 100000, '--resize 100000: images can be made 1 to 5792 pixels high and wide, as one may have 33,554,432'",
    "image-folder, --resize, 15000, '; give fewer, or raise --max-pixels'",
    "image-folder, --resize, 5793, --resize 5793:",
    "image-folder, --resize, 0, --resize 0: images can be made 1 to",
    "image-folder, --resize, -3, --resize -3:",
    "image-folder, --resize, 2147483647, --resize 2147483647:",
    "synthetic, --size, 100000, --size 100000: images can be made 1 to 5792",
    "synthetic, --size, 0, --size 0:",
    "parquet, --image-shape, 3x100000x100000, 'Image shape ''3x100000x100000'' has more than 2,147,483,647 values; give a smaller'",
  })
  void sizesThatNoImageCanHaveAreRefused(String format, String option, String value, String said) {
    List<String> arguments =
        new ArrayList<>(
            List.of("shard", "--format", format, "--out", folder.resolve("out").toString()));
    arguments.addAll(List.of(option, value));
    if (!format.equals("synthetic")) {
      arguments.addAll(List.of("--in", "absent"));
    }
    assertBadInput(said, arguments.toArray(String[]::new));
  }

  /** Kind: as above; the other bound is the user's own. */
  @Test
  void theLargestSideIsThatOfMaxPixels() {
    ReadLimits limits = new ReadLimits(10_000, 1);
    limits.requireSide("--resize", 100);
    assertThatThrownBy(() -> limits.requireSide("--resize", 101)).hasMessageContaining("1 to 100");
    ReadLimits most = ReadLimits.none();
    new FeatureShape(3, most.largestSide(), most.largestSide());
    assertThatThrownBy(
            () -> new Augmentation(0, Augmentation.Flip.NONE, Optional.of(5793), List.of()))
        .isInstanceOf(BadInputException.class)
        .hasMessage("resize is 5793; it must be from 1 to 5792, or left out");
  }

  @Test
  void whatIsNotThereIsToldOfTheCommandsOwnThings() {
    assertBadInput(
        "absent does not exist; give the folder of a data set, a run or a checkpoint, or one that prune wrote",
        "inspect",
        folder + "/absent");
  }

  @Test
  void aDataSetIsNotWrittenAmongTheImagesItIsMadeOf() throws IOException {
    Path in = Files.createDirectories(folder.resolve("in/cat")).getParent();
    for (String format : List.of("image-folder", "parquet")) {
      for (String out : List.of("/out", "/cat/out")) {
        err.getBuffer().setLength(0);
        int code = run("shard", "--format", format, "--in", in.toString(), "--out", in + out);
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains(out + " lies in ", "give an --out beside it");
      }
    }
    err.getBuffer().setLength(0);
    run("shard", "--format", "image-folder", "--in", in.toString(), "--out", in + "-out");
    assertThat(err.toString()).doesNotContain("lies in");
  }

  @Test
  void inspectDescribesAndVerifies() throws IOException {
    Path set = folder.resolve("set");
    LocalSharding.write(
        new Configuration(),
        new Synthetic(600, 3, new FeatureShape(3, 8, 8), 1, "train"),
        ShardingOptions.of("set", 1),
        set.toUri());

    assertThat(run("inspect", set.toString(), "--verify")).isZero();
    assertThat(out.toString()).contains("600 of 3x8x8", "grating-2", "verified", "part-00002");

    out.getBuffer().setLength(0);
    assertThat(run("inspect", set.toString(), "--json")).isZero();
    JsonNode json = JsonMapper.builder().build().readTree(out.toString());
    assertThat(json.at("/manifest/examples").asInt()).isEqualTo(600);
    assertThat(json.at("/checksums").asText()).isEqualTo("not verified");

    Files.delete(set.resolve("shards/part-00001.parquet"));
    err.getBuffer().setLength(0);
    assertThat(run("inspect", set.toString(), "--verify")).isEqualTo(2);
    assertThat(err.toString()).contains("part-00001.parquet is missing");
  }

  private Path generated() throws IOException {
    Path set = folder.resolve("set");
    LocalSharding.write(
        new Configuration(),
        new Synthetic(60, 3, new FeatureShape(3, 8, 8), 1, "train"),
        ShardingOptions.of("set", 1).withSelection(ExampleSelection.of("0..0.5", 8)).withShards(2),
        set.toUri());
    return set;
  }

  /** Kind: what dataset.json says of the shards, and nobody compared with them. */
  @ParameterizedTest
  @CsvSource({
    // The sum stays, so that only the labels tell.
    "'8, 8, 8', '9, 7, 8', 'has 8 images of class ''grating-0'' in its shards, but 9 in its dataset.json; shard it again'",
    "grating-1, grating-0, 'class ''grating-0'' is in it twice); shard the data set again'",
    "part-00001, part-00000, 'shard ''shards/part-00000.parquet'' is in it twice'",
  })
  void aManifestThatSaysOtherThanTheShardsIsRefused(String text, String other, String said)
      throws IOException {
    Path set = generated();
    assertThat(Ended.ssc("inspect", set, "--verify").exitCode()).isZero();
    Path manifest = set.resolve("dataset.json");
    String before = Files.readString(manifest).replaceAll("\\s+", " ");
    assertThat(before).contains(text);
    Files.writeString(manifest, before.replace(text, other));

    Ended ended = Ended.ssc("inspect", set, "--verify");

    assertThat(ended.exitCode()).as(ended.out()).isEqualTo(2);
    assertThat(ended.err()).contains(set.toString(), said);
  }

  /** Kind: as above; what is beyond the told number of images is not read by anyone. */
  @Test
  void aShardWithMoreImagesThanToldIsRefused() throws IOException {
    Path set = generated();
    Path manifest = set.resolve("dataset.json");
    Files.writeString(
        manifest,
        Files.readString(manifest)
            .replaceFirst("\"examples\" : 24", "\"examples\" : 23")
            .replaceFirst("\"examples\" : 12", "\"examples\" : 11")
            .replaceFirst("8, 8, 8", "8, 8, 7"));

    Ended ended = Ended.ssc("inspect", set, "--verify");

    assertThat(ended.exitCode()).as(ended.out()).isEqualTo(2);
    assertThat(ended.err()).contains("part-00000.parquet has more examples than the 11 expected");
  }

  /** Kind: a file that is no part of the data set, where the folder is read as a table. */
  @ParameterizedTest
  @ValueSource(strings = {"part-00002.parquet", "more/part-00000.parquet", "notes.txt"})
  void aFileBesideTheShardsIsRefused(String name) throws IOException {
    Path set = generated();
    Path shards = set.resolve("shards");
    // Spark passes over these, and so do we.
    Files.writeString(shards.resolve("_SUCCESS"), "");
    Files.writeString(shards.resolve(".part-00001.parquet.crc"), "");
    assertThat(Ended.ssc("inspect", set, "--verify").exitCode()).isZero();
    Files.createDirectories(shards.resolve(name).getParent());
    Files.copy(shards.resolve("part-00000.parquet"), shards.resolve(name));

    Ended.ssc("inspect", set, "--verify")
        .isBadInput(shards.resolve(name) + " is no shard of data set", "remove the file");
    assertThat(Ended.ssc("inspect", set).exitCode()).isZero();
  }
}
