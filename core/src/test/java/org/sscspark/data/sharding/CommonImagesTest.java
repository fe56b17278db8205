package org.sscspark.data.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.ImageSizes;
import org.sscspark.data.ReadingNotes;
import org.sscspark.data.ShardFile;
import org.sscspark.network.FeatureShape;

/** Kind: a test set that was trained on, taken for one that was not, or the other way round. */
class CommonImagesTest {
  private static final DatasetSource ALL = new DatasetSource("idx", "file:/raw", "train", "all");

  private static DatasetManifest set(DatasetSource source, long seed, String... shards) {
    List<ShardFile> files =
        Stream.of(shards).map(sha -> new ShardFile("shards/" + sha, 1, 1, sha)).toList();
    return new DatasetManifest(
        DatasetManifest.FORMAT_VERSION,
        "set",
        ImageSizes.of(new FeatureShape(1, 8, 8)),
        ImageEncoding.RAW,
        List.of("a"),
        List.of((long) shards.length),
        shards.length,
        seed,
        List.of(0.0),
        List.of(1.0),
        files,
        source,
        ReadingNotes.none());
  }

  private static DatasetSource portion(String portion, long limit) {
    String selection = ExampleSelection.of(portion, limit > 0 ? limit : Long.MAX_VALUE).toString();
    return new DatasetSource("idx", "file:/raw", "train", selection);
  }

  @Test
  void shardsAreKnownByTheirContent() {
    DatasetSource elsewhere = new DatasetSource("idx", "file:/raw", "test", "all");
    DatasetManifest training = set(ALL, 1, "aa", "bb", "cc");
    assertThat(CommonImages.of(training, training)).hasValue("is the training set");
    assertThat(CommonImages.of(training, set(elsewhere, 1, "bb", "dd")))
        .hasValue("has images of the training set: 1 of its 2 shards");
    assertThat(CommonImages.of(training, set(elsewhere, 1, "dd"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0..0.9,   0, 0.9..1,   0, 1, false",
    "0..0.9,   0, 0.8..1,   0, 1, true",
    "0.8..1,   0, 0..0.9,   0, 1, true",
    "0..0.0001, 0, 0.00005..1, 0, 1, true",
    "0..1,     0, 0.9..1,   5, 2, true",
    "0..0.9,   0, 0.9..1,   0, 2, true",
    // Which images a limit leaves is not known without the sizes of classes.
    "0..1,   500, 0.9..1,   0, 1, false",
    "0..0.9,   5, 0.9..1,   5, 2, false",
    "0..0.9, 500, 0..0.1,  20, 1, true",
  })
  void portionsAreKnownByTheirEnds(
      String one, long limit, String two, long otherLimit, long seed, boolean common) {
    Optional<String> words =
        CommonImages.of(
            set(portion(one, limit), 1, "aa"), set(portion(two, otherLimit), seed, "bb"));
    assertThat(words.isPresent()).as("%s", words).isEqualTo(common);
    words.ifPresent(
        text ->
            assertThat(text)
                .startsWith("has images of the training set: both were sharded from file:/raw, ")
                .matches(said -> said.contains("(seed 2)") == (seed == 2)));
  }

  @Test
  void whatIsElsewhereOrNamesNoPlaceIsNotInCommon() {
    for (DatasetSource other :
        List.of(
            new DatasetSource("idx", "file:/other", "train", "all"),
            new DatasetSource("idx", "file:/raw", "test", "all"),
            new DatasetSource("csv", "file:/raw", "train", "all"),
            new DatasetSource("idx", "file:/raw", "train", ""))) {
      assertThat(CommonImages.of(set(ALL, 1, "aa"), set(other, 1, "bb"))).isEmpty();
    }
    DatasetSource table = new DatasetSource("dataframe", "image", "", "all");
    assertThat(CommonImages.of(set(table, 1, "aa"), set(table, 1, "bb"))).isEmpty();
  }
}
