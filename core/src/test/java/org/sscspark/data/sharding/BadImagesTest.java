package org.sscspark.data.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Dataset;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.EncodedBlock;
import org.sscspark.data.ImageBlock;
import org.sscspark.data.ImageDecoder;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.ImageSizes;
import org.sscspark.data.PassedOver;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.ReadingNotes;
import org.sscspark.data.ShardFile;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.data.raw.RawDataset;
import org.sscspark.data.raw.RawFixtures;
import org.sscspark.data.raw.RawFormat;
import org.sscspark.data.raw.RawPart;
import org.sscspark.data.raw.TestArchive;
import org.sscspark.network.FeatureShape;

/** Images that cannot be used, that differ in size, or that a selection leaves none of. */
class BadImagesTest {
  private static final Configuration HADOOP = new Configuration();
  private static final ShardingOptions OPTIONS = ShardingOptions.of("set", 1).withShards(2);

  @TempDir private Path folder;

  private RawDataset raw() {
    return RawFormat.IMAGE_FOLDER.open(HADOOP, folder.resolve("raw").toUri(), "");
  }

  private void add(String name, byte[] file) throws IOException {
    RawFixtures.write(folder.resolve("raw").resolve(name), file);
  }

  private void addSound(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      add(
          String.format(Locale.ROOT, "%s/%03d.png", i % 2 == 0 ? "cat" : "dog", i),
          PlainPng.noise(6, 4, i));
    }
  }

  private DatasetManifest write(ShardingOptions options) throws IOException {
    return LocalSharding.write(HADOOP, raw(), options, folder.resolve("out").toUri());
  }

  private Dataset written() {
    return Dataset.open(HADOOP, folder.resolve("out").toUri());
  }

  private void assertBadInput(ShardingOptions options, String... words) throws IOException {
    assertThatThrownBy(() -> write(options))
        .isInstanceOf(BadInputException.class)
        .message()
        .contains(words)
        .doesNotContain("\n");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.filter(file -> !file.endsWith("raw"))).isEmpty();
    }
  }

  private void addBad() throws IOException {
    byte[] png = PlainPng.noise(6, 4, 9);
    add("cat/a-empty.png", new byte[0]);
    add("cat/b-text.jpg", "no image".getBytes(StandardCharsets.UTF_8));
    add("dog/c-cut.png", Arrays.copyOf(png, png.length / 2));
    add("dog/d-gif.png", "GIF89a".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void allBadFilesAreNamedAtOnce() throws IOException {
    addSound(8);
    addBad();

    assertBadInput(
        OPTIONS,
        "4 images cannot be used: ",
        "cat/a-empty.png cannot be decoded (it is empty); ",
        "cat/b-text.jpg cannot be decoded (it is text",
        "dog/c-cut.png cannot be decoded (truncated PNG: it ends at byte",
        "dog/d-gif.png cannot be decoded (it is a GIF image",
        "; replace or remove these files, or leave out what cannot be decoded with --skip-corrupt");
  }

  /** Kind: one damaged entry of a zip, for which all the others could not be used. */
  @Test
  void damagedEntriesOfAZipAreBadImages() throws IOException {
    TestArchive files = new TestArchive();
    List<String> bad = List.of("c/2.png", "d/5.png");
    for (int i = 0; i < 8; i++) {
      files.file((i % 2 == 0 ? "c/" : "d/") + i + ".png", PlainPng.noise(6, 4, i));
    }
    byte[] zip = files.zip();
    String bytes = new String(zip, StandardCharsets.ISO_8859_1);
    for (String name : bad) {
      // Within the entry behind its first name; the second is in the index.
      zip[bytes.indexOf(name) + name.length() + 60] ^= 1;
    }
    Path file = RawFixtures.write(folder.resolve("raw.zip"), zip);
    RawDataset raw = RawFormat.IMAGE_FOLDER.open(HADOOP, file.toUri(), "");

    assertThatThrownBy(
            () -> LocalSharding.write(HADOOP, raw, OPTIONS, folder.resolve("out").toUri()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("2 images cannot be used: ")
        .hasMessageContaining("raw.zip!c/2.png cannot be used (it is truncated or corrupt: ")
        .hasMessageContaining("raw.zip!d/5.png cannot be used (it is truncated or corrupt: ");
    ShardingOptions skipping = OPTIONS.withImages(OPTIONS.images().skippingCorrupt());
    DatasetManifest manifest =
        LocalSharding.write(HADOOP, raw, skipping, folder.resolve("out").toUri());
    assertThat(manifest.classCounts()).containsExactly(3L, 3L);
    assertThat(manifest.reading().leftOut()).isEqualTo(2);
  }

  @Test
  void theFirstTwentyAreNamedInOrderAndTheRestIsCounted() throws IOException {
    addSound(8);
    for (int i = 0; i < 70; i++) {
      add(String.format(Locale.ROOT, "eel/%03d.png", i), new byte[0]);
    }
    add("eel/100.png", PlainPng.noise(6, 4, 1));

    assertThatThrownBy(() -> write(OPTIONS))
        .isInstanceOf(BadInputException.class)
        .message()
        .startsWith("70 images cannot be used: ")
        .containsSubsequence("eel/000.png", "eel/001.png", "eel/019.png", "; and 50 more; ")
        .doesNotContain("eel/020.png");
  }

  @Test
  void badFilesAreLeftOutWithAList() throws IOException {
    addSound(8);
    DatasetManifest sound = write(OPTIONS);
    Files.move(folder.resolve("out"), folder.resolve("sound"));
    addBad();

    DatasetManifest manifest = write(OPTIONS.withImages(OPTIONS.images().skippingCorrupt()));

    assertThat(manifest.examples()).isEqualTo(8);
    assertThat(manifest.classCounts()).containsExactly(4L, 4L);
    assertThat(manifest.mean()).isEqualTo(sound.mean());
    assertThat(manifest.reading().leftOut()).isEqualTo(4);
    List<String> lines = Files.readAllLines(folder.resolve("out/left-out.jsonl"));
    assertThat(lines).hasSize(4);
    JsonNode first = JsonMapper.builder().build().readTree(lines.get(0));
    assertThat(first.get("file").asText()).endsWith("cat/a-empty.png");
    assertThat(first.get("reason").asText()).contains("it is empty");
    assertThat(written().manifest()).isEqualTo(manifest);
    assertThat(folder.resolve("sound/left-out.jsonl")).doesNotExist();
  }

  /** So few images that nothing is left for some shards. */
  @Test
  void aShardOfWhichNothingIsLeftIsNoShard() throws IOException {
    addSound(4);
    addBad();
    ShardingOptions options = OPTIONS.withShards(8).withImages(OPTIONS.images().skippingCorrupt());

    DatasetManifest manifest = write(options);

    assertThat(manifest.shards()).hasSize(4).allMatch(shard -> shard.examples() == 1);
    for (int shard = 0; shard < 4; shard++) {
      assertThat(written().readShard(shard).examples()).isOne();
    }
  }

  @Test
  void nothingButBadFilesIsNoDataSet() throws IOException {
    addBad();

    assertBadInput(
        OPTIONS.withImages(OPTIONS.images().skippingCorrupt().withResize(4)),
        "4 images cannot be used");
    Files.delete(folder.resolve("raw/dog/c-cut.png"));
    assertBadInput(
        OPTIONS.withImages(OPTIONS.images().skippingCorrupt()),
        "No image of ",
        "can be decoded; the first is ",
        "a-empty.png (it is empty");
  }

  /** The size that the others must have is not taken from a file without one. */
  @Test
  void theFirstFileMayBeBad() throws IOException {
    addSound(8);
    add("cat/!.png", new byte[0]);

    assertBadInput(
        OPTIONS, "cat/!.png cannot be decoded (it is empty", "replace or remove the file");
  }

  /** Kind: a file that is cut off behind a header of another size, before all others or after. */
  @ParameterizedTest
  @CsvSource({"RAW, cat/!.png", "RAW, dog/z.png", "ENCODED, cat/!.png", "ENCODED, dog/z.png"})
  void theSizesAreThoseOfTheImagesThatAreInTheDataSet(ImageEncoding encoding, String bad)
      throws IOException {
    addSound(12);
    ShardingOptions options =
        OPTIONS.withImages(OPTIONS.images().skippingCorrupt().withEncoding(encoding));
    DatasetManifest sound = write(options);
    Files.move(folder.resolve("out"), folder.resolve("sound"));
    add(bad, Arrays.copyOf(PlainPng.noise(64, 48, 1), 200));

    DatasetManifest manifest = write(options);

    assertThat(manifest.reading().leftOut()).isEqualTo(1);
    assertThat(manifest.sizes()).isEqualTo(sound.sizes());
    assertThat(manifest.mean()).isEqualTo(sound.mean());
    assertThat(manifest.std()).isEqualTo(sound.std());
    assertThat(manifest.classCounts()).isEqualTo(sound.classCounts());
    int examples = 0;
    for (int shard = 0; shard < 2; shard++) {
      examples += written().readShard(shard).examples();
    }
    assertThat(examples).isEqualTo(12);
  }

  /** Kind: images of other sizes that the selection leaves out. */
  @Test
  void theSizesOfPhotographsAreThoseOfTheSelectedOnes() throws IOException {
    addSound(12);
    add("dog/z.png", PlainPng.noise(64, 48, 1));
    ShardingOptions options =
        OPTIONS.withImages(OPTIONS.images().withEncoding(ImageEncoding.ENCODED));
    int left = 0;
    for (String portion : List.of("0..0.5", "0.5..1")) {
      DatasetManifest manifest =
          write(options.withSelection(ExampleSelection.of(portion, Long.MAX_VALUE)));
      left += manifest.sizes().isOne() ? 1 : 0;
      Files.move(folder.resolve("out"), folder.resolve("part-" + portion));
    }
    assertThat(left).isEqualTo(1);
  }

  private static DatasetManifest large(long shardBytes) {
    return new DatasetManifest(
        DatasetManifest.FORMAT_VERSION,
        "large",
        new ImageSizes(3, 1, 900, 1, 900),
        ImageEncoding.ENCODED,
        List.of("cat"),
        List.of(3000L),
        3000,
        1,
        List.of(0.0, 0.0, 0.0),
        List.of(1.0, 1.0, 1.0),
        List.of(new ShardFile("shards/part-00000.parquet", 3000, shardBytes, "00")),
        new DatasetSource("image-folder", "here", "", ""),
        ReadingNotes.none());
  }

  @Test
  void shardsOfMorePixelsThanAnArrayHasAreRefused() {
    DatasetManifest manifest = large(1);
    manifest.resizedTo(new FeatureShape(3, 448, 448)).requireRoom();
    DatasetManifest wide = manifest.resizedTo(new FeatureShape(3, 512, 512));
    assertThatThrownBy(wide::requireRoom)
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Data set large has 3,000 images of 3x512x512 in shard shards/part")
        .hasMessageContaining("take a smaller train.augmentation.resize, or shard it again");
    DatasetManifest longer = large(3L << 30).resizedTo(new FeatureShape(3, 32, 32));
    assertThatThrownBy(longer::requireRoom)
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("part-00000.parquet of data set large has 3,221,225,472 bytes");
  }

  @Test
  void filesThatAreTooLargeAreBadFiles() throws IOException {
    addSound(8);
    add("cat/huge.png", PlainPng.of(30_000, 30_000, 8, 2, new byte[0]));
    add("dog/long.png", new byte[40_000]);

    assertThatThrownBy(
            () ->
                LocalSharding.write(
                    HADOOP,
                    RawFormat.IMAGE_FOLDER.open(
                        HADOOP, folder.resolve("raw").toUri(), "", new ReadLimits(1 << 20, 30_000)),
                    OPTIONS.withImages(
                        OPTIONS.images().withLimits(new ReadLimits(1 << 20, 30_000))),
                    folder.resolve("out").toUri()))
        .hasMessageContaining(
            "huge.png cannot be decoded (it is 30000x30000, and at most 1,048,576")
        .hasMessageContaining("long.png cannot be used (it has 40,000 bytes, and at most 30,000");
  }

  @Test
  void imagesOfOtherSizesAreNamedTogether() throws IOException {
    addSound(8);
    add("cat/x.png", PlainPng.noise(6, 5, 1));
    add("dog/y.png", PlainPng.noise(4, 6, 1));
    add("dog/z.png", new byte[0]);

    assertBadInput(
        OPTIONS,
        "3 images cannot be used: ",
        "x.png is 6x5, but other images are 6x4",
        "y.png is 4x6, but",
        "with --skip-corrupt, and pass --resize to make them one size, or --encoding encoded");
  }

  @Test
  void whatIsPassedOverIsInTheManifest() throws IOException {
    addSound(8);
    add("cat/a.webp", new byte[1]);
    add("dog/b.webp", new byte[1]);

    assertThat(write(OPTIONS).reading().passedOver())
        .containsExactly(new PassedOver(".webp", 2, "file:" + folder.resolve("raw/cat/a.webp")));
    assertThat(written().manifest().reading().passedOver()).hasSize(1);
  }

  @Test
  void turnedImagesAreCounted() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/images/exif6.jpg")) {
      byte[] turned = in.readAllBytes();
      add("cat/turned.jpg", turned);
    }
    add("dog/plain.png", PlainPng.noise(24, 32, 1));

    DatasetManifest manifest = write(OPTIONS);

    assertThat(manifest.reading().turned()).isEqualTo(1);
    assertThat(manifest.shape()).isEqualTo(new FeatureShape(3, 32, 24));
  }

  @Test
  void aPortionThatLeavesAClassEmptyIsSaid() throws IOException {
    for (int i = 0; i < 100; i++) {
      add(String.format(Locale.ROOT, "many/%02d.png", i), PlainPng.noise(6, 4, i));
      if (i < 4) {
        add("few/%s.png".formatted(i), PlainPng.noise(6, 4, i));
      }
    }
    ShardingPlan plan = plan(OPTIONS.withSelection(new ExampleSelection(0.9, 1, Long.MAX_VALUE)));

    assertThat(plan.warnings())
        .containsExactly(
            "portion 0.9..1.0 of each class leaves no image of class few (of 4); widen the portion "
                + "if it should have some");
    assertThat(plan(OPTIONS).warnings()).isEmpty();
  }

  private ShardingPlan plan(ShardingOptions options) throws IOException {
    RawDataset raw = raw();
    List<PartCount> counts = new ArrayList<>();
    for (RawPart part : raw.parts()) {
      counts.add(PartCount.of(HADOOP, raw, part, SizeQuestion.of(raw, options.images())));
    }
    return ShardingPlan.of(raw, counts, options);
  }

  private DatasetManifest writePhotographs() throws IOException {
    for (int i = 0; i < 12; i++) {
      add(
          String.format(Locale.ROOT, "%s/%02d.png", i % 3 == 0 ? "cat" : "dog", i),
          PlainPng.noise(5 + i, 20 - i, i));
    }
    return write(OPTIONS.withImages(OPTIONS.images().withEncoding(ImageEncoding.ENCODED)));
  }

  @Test
  void imageFilesKeepTheirSizes() throws IOException {
    DatasetManifest manifest = writePhotographs();

    assertThat(manifest.sizes().isOne()).isFalse();
    assertThat(manifest.toJson()).contains("\"height\" : [ 9, 20 ]", "\"width\" : [ 5, 16 ]");
    assertThat(written().manifest()).isEqualTo(manifest);
    int seen = 0;
    for (int shard = 0; shard < 2; shard++) {
      EncodedBlock block = written().readFiles(shard);
      for (int n = 0; n < block.examples(); n++) {
        int id = (int) block.ids()[n];
        // Cats first, in the order of names.
        int number = id < 4 ? 3 * id : (id - 4) / 2 * 3 + (id - 4) % 2 + 1;
        assertThat(block.files().get(n)).isEqualTo(PlainPng.noise(5 + number, 20 - number, number));
        assertThat(block.widths()[n]).isEqualTo(5 + number);
        assertThat(block.heights()[n]).isEqualTo(20 - number);
        assertThat(block.labels()[n]).isEqualTo(id < 4 ? 0 : 1);
        seen++;
      }
    }
    assertThat(seen).isEqualTo(12);
  }

  @Test
  void meansOfPhotographsAreThoseOfAllPixels() throws IOException {
    DatasetManifest manifest = writePhotographs();

    double sum = 0;
    long count = 0;
    for (int i = 0; i < 12; i++) {
      byte[] pixels = ImageDecoder.original().decode(PlainPng.noise(5 + i, 20 - i, i), "").pixels();
      for (int at = 0; at < pixels.length / 3; at++) {
        sum += pixels[at] & 0xFF;
        count++;
      }
    }
    assertThat(manifest.mean().get(0)).isEqualTo(sum / count);
  }

  @Test
  void photographsAreOfNoOneShapeUntilTheyAreResized() throws IOException {
    DatasetManifest manifest = writePhotographs();

    assertThatThrownBy(manifest::shape)
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Images of data set set have sizes of their own, 3x(9..20)x(5..16)");
    assertThatThrownBy(() -> written().readShard(0)).isInstanceOf(BadInputException.class);
    FeatureShape shape = new FeatureShape(3, 8, 8);
    Dataset resized = Dataset.of(HADOOP, folder.resolve("out").toUri(), manifest.resizedTo(shape));
    ImageBlock block = resized.readShard(0);
    assertThat(block.shape()).isEqualTo(shape);
    EncodedBlock files = written().readFiles(0);
    byte[] first = ImageDecoder.resizedTo(shape).decode(files.files().get(0), "").pixels();
    assertThat(Arrays.copyOf(block.pixels(), shape.size())).isEqualTo(first);
  }

  @Test
  void filesOfOneSizeStayADataSetOfThatShape() throws IOException {
    addSound(8);
    DatasetManifest manifest =
        write(OPTIONS.withImages(OPTIONS.images().withEncoding(ImageEncoding.ENCODED)));

    assertThat(manifest.shape()).isEqualTo(new FeatureShape(3, 4, 6));
    EncodedBlock block = written().readFiles(0);
    assertThat(block.widths()).containsOnly(6);
    assertThat(block.heights()).containsOnly(4);
  }

  @Test
  void readsManifestsOfTheFirstVersion() throws IOException {
    addSound(8);
    String json = write(OPTIONS).toJson();
    JsonMapper mapper = JsonMapper.builder().build();
    ObjectNode tree = (ObjectNode) mapper.readTree(json);
    tree.put("formatVersion", 1);
    tree.remove("reading");
    tree.set("deviation", tree.remove("std"));

    DatasetManifest first = DatasetManifest.fromJson(tree.toString(), "here");

    assertThat(first.shape()).isEqualTo(new FeatureShape(3, 4, 6));
    assertThat(first.contentSha256()).isEqualTo(written().manifest().contentSha256());
    assertThat(first.reading().passedOver()).isEmpty();
    assertThat(first.std()).isEqualTo(written().manifest().std()).hasSize(3);
  }
}
