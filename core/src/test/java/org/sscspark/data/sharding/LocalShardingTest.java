package org.sscspark.data.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Dataset;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.ImageBlock;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.ImageSizes;
import org.sscspark.data.ShardFile;
import org.sscspark.data.raw.RawContent;
import org.sscspark.data.raw.RawDataset;
import org.sscspark.data.raw.RawDescription;
import org.sscspark.data.raw.RawFixtures;
import org.sscspark.data.raw.RawFormat;
import org.sscspark.data.raw.RawPart;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.data.raw.RawRecords;
import org.sscspark.data.raw.Synthetic;
import org.sscspark.network.FeatureShape;

class LocalShardingTest {
  private static final Configuration HADOOP = new Configuration();
  private static final FeatureShape SHAPE = new FeatureShape(3, 6, 5);
  private static final Synthetic RAW = new Synthetic(4321, 3, SHAPE, 9, "train");

  @TempDir private Path folder;

  private Path out(String name) {
    return folder.resolve(name);
  }

  private DatasetManifest write(RawDataset raw, ShardingOptions options, String name)
      throws IOException {
    return LocalSharding.write(HADOOP, raw, options, out(name).toUri());
  }

  private static Map<Long, byte[]> rawImages() throws IOException {
    Map<Long, byte[]> images = new HashMap<>();
    for (RawPart part : RAW.parts()) {
      try (RawRecords records = RAW.open(HADOOP, part, RawContent.IMAGES)) {
        records.forEachRemaining(r -> images.put((long) images.size(), r.image()));
      }
    }
    return images;
  }

  private Set<Long> ids(String name) {
    Dataset dataset = Dataset.open(HADOOP, out(name).toUri());
    Set<Long> ids = new HashSet<>();
    for (int shard = 0; shard < dataset.manifest().shards().size(); shard++) {
      for (long id : dataset.readShard(shard).ids()) {
        assertThat(ids.add(id)).isTrue();
      }
    }
    return ids;
  }

  @Test
  void everyImageIsStoredOnceWithItsLabelAndPixels() throws IOException {
    write(RAW, ShardingOptions.of("gratings", 5).withShards(4), "out");
    Dataset dataset = Dataset.open(HADOOP, out("out").toUri());

    Map<Long, byte[]> expected = rawImages();
    for (int shard = 0; shard < 4; shard++) {
      ImageBlock block = dataset.readShard(shard);
      for (int n = 0; n < block.examples(); n++) {
        byte[] image = new byte[SHAPE.size()];
        System.arraycopy(block.pixels(), n * SHAPE.size(), image, 0, image.length);
        assertThat(image).isEqualTo(expected.remove(block.ids()[n]));
        assertThat(block.labels()[n]).isEqualTo((int) (block.ids()[n] % 3));
      }
    }
    assertThat(expected).isEmpty();
  }

  @Test
  void shardsAndTheirClassesDifferByOneAtMost() throws IOException {
    DatasetManifest manifest = write(RAW, ShardingOptions.of("gratings", 5).withShards(7), "out");
    Dataset dataset = Dataset.open(HADOOP, out("out").toUri());

    assertThat(manifest.shards()).allMatch(s -> s.examples() == 617 || s.examples() == 618);
    for (int label = 0; label < 3; label++) {
      long fewest = manifest.classCounts().get(label) / 7;
      for (int shard = 0; shard < 7; shard++) {
        int wanted = label;
        long count =
            Arrays.stream(dataset.readShard(shard).labels()).filter(l -> l == wanted).count();
        assertThat(count).isBetween(fewest, fewest + 1);
      }
    }
  }

  @Test
  void theSameSeedGivesTheSameBytesAndAnotherSeedDoesNot() throws IOException {
    ShardingOptions options = ShardingOptions.of("gratings", 5).withShards(3);
    DatasetManifest first = write(RAW, options, "a");

    assertThat(write(RAW, options, "b")).isEqualTo(first);
    assertThat(Files.readAllBytes(out("a").resolve("shards/part-00001.parquet")))
        .isEqualTo(Files.readAllBytes(out("b").resolve("shards/part-00001.parquet")));
    assertThat(write(RAW, ShardingOptions.of("gratings", 6).withShards(3), "c").shards())
        .isNotEqualTo(first.shards());
  }

  /**
   * Within one JVM even a hash set keeps its order; this compares with other JVMs. A new Parquet
   * changes it.
   */
  @Test
  void bytesAreTheSameInEveryJvm() throws IOException {
    DatasetManifest manifest = write(RAW, ShardingOptions.of("gratings", 5).withShards(3), "out");

    assertThat(manifest.shards().get(0).sha256())
        .isEqualTo("a90f095ba12da10b28f2554fc1a9f918b7d9946a52f79183e56f6e8d041e3452");
  }

  @Test
  void statisticsAreThoseOfAllPixels() throws IOException {
    DatasetManifest manifest = write(RAW, ShardingOptions.of("gratings", 5), "out");

    for (int channel = 0; channel < 3; channel++) {
      double sum = 0;
      long count = 0;
      for (byte[] image : rawImages().values()) {
        for (int i = channel * 30; i < channel * 30 + 30; i++) {
          sum += image[i] & 0xFF;
          count++;
        }
      }
      double mean = sum / count;
      double squares = 0;
      for (byte[] image : rawImages().values()) {
        for (int i = channel * 30; i < channel * 30 + 30; i++) {
          squares += Math.pow((image[i] & 0xFF) - mean, 2);
        }
      }
      assertThat(manifest.mean().get(channel)).isCloseTo(mean, within(1e-9));
      assertThat(manifest.std().get(channel)).isCloseTo(Math.sqrt(squares / count), within(1e-9));
    }
  }

  private static Offset<Double> within(double error) {
    return Offset.offset(error);
  }

  @Test
  void portionsThatMeetSplitTheDataSet() throws IOException {
    ShardingOptions all = ShardingOptions.of("gratings", 5);
    write(RAW, select(all, new ExampleSelection(0, 0.9, Long.MAX_VALUE)), "train");
    DatasetManifest held =
        write(RAW, select(all, new ExampleSelection(0.9, 1, Long.MAX_VALUE)), "held");
    Set<Long> train = ids("train");
    Set<Long> union = new HashSet<>(train);
    union.addAll(ids("held"));

    assertThat(union).hasSize(4321);
    assertThat(train.size() + held.examples()).isEqualTo(4321);
    assertThat(held.classCounts()).allMatch(count -> count >= 143 && count <= 145);
    assertThat(write(RAW, select(all, new ExampleSelection(0, 1, 10)), "few").classCounts())
        .containsExactly(10L, 10L, 10L);
  }

  private static ShardingOptions select(ShardingOptions options, ExampleSelection selection) {
    return options.withSelection(selection);
  }

  private RawDataset imageFolder(String... sizes) throws IOException {
    for (int i = 0; i < sizes.length; i++) {
      String[] size = sizes[i].split("x");
      byte[] png =
          RawFixtures.image(
              "png", Integer.parseInt(size[0]), Integer.parseInt(size[1]), 0x202020 * (i % 7 + 1));
      RawFixtures.write(out("raw/class-" + i % 2 + "/" + i + ".png"), png);
    }
    return RawFormat.IMAGE_FOLDER.open(HADOOP, out("raw").toUri(), "");
  }

  @Test
  void encodedShardsDecodeToTheSamePixelsAsRawOnes() throws IOException {
    RawDataset raw = imageFolder("8x6", "6x6", "9x12", "6x8");
    ShardingOptions pixels =
        ShardingOptions.of("images", 1)
            .withShards(2)
            .withImages(ImageOptions.pixels().withResize(6));
    ShardingOptions files = pixels.withImages(pixels.images().withEncoding(ImageEncoding.ENCODED));
    DatasetManifest decoded = write(raw, pixels, "pixels");
    DatasetManifest encoded = write(raw, files, "files");

    assertThat(encoded.mean()).isEqualTo(decoded.mean());
    for (int shard = 0; shard < 2; shard++) {
      ImageBlock expected = Dataset.open(HADOOP, out("pixels").toUri()).readShard(shard);
      ImageBlock block = Dataset.open(HADOOP, out("files").toUri()).readShard(shard);
      assertThat(block.pixels()).isEqualTo(expected.pixels());
      assertThat(block.ids()).isEqualTo(expected.ids());
      assertThat(block.labels()).isEqualTo(expected.labels());
    }
  }

  @Test
  void mixedSizesNameAFileAndLeaveNothingBehind() throws IOException {
    RawDataset raw = imageFolder("6x6", "6x6", "6x6", "6x7");

    assertThatThrownBy(() -> write(raw, ShardingOptions.of("images", 1), "out"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("class-1/3.png is 6x7, but other images are 6x6; pass --resize");
    assertNothingIsLeft();
  }

  @Test
  void aCorruptImageNamesItsFileAndLeavesNothingBehind() throws IOException {
    RawDataset raw = imageFolder("6x6", "6x6", "6x6", "6x6");
    RawFixtures.write(out("raw/class-1/3.png"), "no image".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> write(raw, ShardingOptions.of("images", 1), "out"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(
            "class-1/3.png cannot be decoded (it is text, neither JPEG, PNG nor BMP)");
    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.filter(f -> !f.endsWith("raw"))).isEmpty();
    }
  }

  @Test
  void anEmptyClassIsNamed() throws IOException {
    RawFixtures.write(out("raw/data_batch_1.bin"), RawFixtures.cifar(1, 0, 1, 2, 3, 4, 5, 6, 7, 9));
    RawDataset raw = RawFormat.CIFAR10.open(HADOOP, out("raw").toUri(), "");

    assertThatThrownBy(() -> write(raw, ShardingOptions.of("images", 1), "out"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Class 'ship' of")
        .hasMessageContaining("has no images");
    assertNothingIsLeft();
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    Files.createDirectory(out("out"));

    assertThatThrownBy(() -> write(RAW, ShardingOptions.of("gratings", 1), "out"))
        .isInstanceOf(BadInputException.class)
        .hasMessageEndingWith("out exists already; remove it or give another --out");
  }

  @Test
  void damagedAndMissingShardsAreNamed() throws IOException {
    write(RAW, ShardingOptions.of("gratings", 5).withShards(3), "out");
    Dataset dataset = Dataset.open(HADOOP, out("out").toUri());
    Path damaged = out("out").resolve("shards/part-00001.parquet");
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length / 2] ^= 1;
    Files.write(damaged, bytes);
    Files.delete(out("out").resolve("shards/part-00002.parquet"));

    assertThat(dataset.readShard(0).examples()).isPositive();
    assertThatThrownBy(() -> dataset.readShard(1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("part-00001.parquet is damaged: SHA-256");
    assertThatThrownBy(() -> dataset.readShard(2))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("part-00002.parquet is missing");
  }

  @Test
  void manifestsThatCannotBeReadAreNamed() throws IOException {
    assertThatThrownBy(() -> Dataset.open(HADOOP, out("absent").toUri()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("No data set at");
    DatasetManifest manifest = write(RAW, ShardingOptions.of("gratings", 5), "out");
    assertThat(DatasetManifest.fromJson(manifest.toJson(), "here")).isEqualTo(manifest);

    for (String json : List.of("{", "{\"formatVersion\" : 1}", "[]", "", "null", "3")) {
      assertThatThrownBy(() -> DatasetManifest.fromJson(json, "here"))
          .isInstanceOf(BadInputException.class)
          .hasMessageStartingWith("here is not a data set's manifest (");
    }
    assertThatThrownBy(() -> DatasetManifest.fromJson("{\"formatVersion\" : 4}", "here"))
        .hasMessageContaining("here has format version 4, but this program reads up to 3");
  }

  private record Described(
      DatasetSource source, Optional<List<String>> classes, Optional<FeatureShape> rawShape)
      implements RawDescription {}

  private static ShardingPlan plan(
      Optional<FeatureShape> rawShape, long examples, SizeSurvey sizes, ShardingOptions options) {
    RawDescription raw =
        new Described(
            new DatasetSource("idx", "file:/raw", "train", ""),
            Optional.of(List.of("cat")),
            rawShape);
    PartCount part = new PartCount(new TreeMap<>(Map.of("cat", examples)), List.of(), sizes);
    return ShardingPlan.of(raw, List.of(part), options);
  }

  /** Kind: shards of more bytes than an array has, which are written and cannot be read. */
  @Test
  void shardsThatNobodyCouldReadAreRefusedBeforeAnythingIsWritten() {
    ShardingOptions options = ShardingOptions.of("set", 1);
    Optional<FeatureShape> shape = Optional.of(new FeatureShape(3, 32, 32));
    assertThatThrownBy(() -> plan(shape, 2_000_000, SizeSurvey.none(), options.withShards(2)))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "A shard is read at once and has less than 2 GiB, so 2000000 images are at least 3"
                + " shards, not 2; give --shards 3 or more, or leave it out");
    assertThat(plan(shape, 2_000_000, SizeSurvey.none(), options.withShards(3)).shards())
        .isEqualTo(3);
    SizeSurvey photographs = new SizeSurvey(new ImageSizes(3, 1, 9, 1, 9), "x", 5L << 30, "");
    ShardingOptions files =
        options.withImages(options.images().withEncoding(ImageEncoding.ENCODED));
    assertThatThrownBy(() -> plan(Optional.empty(), 9000, photographs, files.withShards(2)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("give --shards 3 or more");
    assertThat(plan(Optional.empty(), 9000, photographs, files.withShards(3)).shards())
        .isEqualTo(3);
  }

  /** Kind: shards of files that are longer than their pixels, as where these are resized. */
  @Test
  void shardsOfFilesAreNoLongerThanWhatIsReadAtOnce() {
    SizeSurvey photographs = new SizeSurvey(null, "", 5L << 30, "");
    ShardingOptions options = ShardingOptions.of("set", 1);
    ShardingOptions files =
        options.withImages(options.images().withEncoding(ImageEncoding.ENCODED).withResize(32));
    assertThatThrownBy(() -> plan(Optional.empty(), 9000, photographs, files.withShards(2)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("give --shards 3 or more");
    assertThat(plan(Optional.empty(), 9000, photographs, files).shards()).isEqualTo(40);
    ShardingOptions pixels = options.withImages(options.images().withResize(32));
    assertThat(plan(Optional.empty(), 9000, photographs, pixels).shards()).isEqualTo(8);

    WrittenShard.requireReadable(new ShardFile("s", 1, ShardFile.MOST_BYTES, ""), 4);
    assertThatThrownBy(
            () -> WrittenShard.requireReadable(new ShardFile("shards/a", 1, 5L << 30, ""), 4))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("shards/a has 5,368,709,120 bytes, but")
        .hasMessageContaining("give --shards 12 or more");
  }

  /** Kind: a first pass that does not look at the lengths of the files that shards will hold. */
  @Test
  void filesThatAreStoredAreMeasured() {
    ImageOptions files = ImageOptions.pixels().withEncoding(ImageEncoding.ENCODED).withResize(32);
    SizeQuestion question =
        SizeQuestion.of(
            new Described(
                new DatasetSource("x", "here", "", ""), Optional.empty(), Optional.empty()),
            files);
    SizeSurvey survey = SizeSurvey.none();
    for (int length : new int[] {100, 50}) {
      assertThat(question.isOpen(survey)).isTrue();
      survey = question.add(survey, new RawRecord("cat", "x", new byte[length]));
    }
    assertThat(survey).isEqualTo(new SizeSurvey(null, "", 150, ""));
  }

  /** Kind: names that a data set cannot have, found when all is written. */
  @Test
  void classesOfOneNameAreRefusedBeforeAnythingIsWritten() {
    RawDescription raw =
        new Described(
            new DatasetSource("cifar10", "file:/raw", "train", ""),
            Optional.of(List.of("cat", "dog", "cat")),
            Optional.of(new FeatureShape(1, 2, 2)));
    PartCount part =
        new PartCount(new TreeMap<>(Map.of("cat", 2L, "dog", 1L)), List.of(), SizeSurvey.none());

    assertThatThrownBy(() -> ShardingPlan.of(raw, List.of(part), ShardingOptions.of("set", 1)))
        .isInstanceOf(BadInputException.class)
        .hasMessage("cifar10 file:/raw has class 'cat' twice; give each class a name of its own");
  }
}
