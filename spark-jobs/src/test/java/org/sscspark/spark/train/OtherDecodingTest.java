package org.sscspark.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.config.BadInputException;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.data.raw.RawFixtures;
import org.sscspark.data.raw.RawFormat;
import org.sscspark.data.sharding.LocalSharding;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.engine.lane.LaneEngine;
import org.sscspark.report.Progress;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.training.TrainingListener;

/** Runs on photographs that programs decode otherwise. */
class OtherDecodingTest {
  private static final TrainingListener NOBODY = new TrainingListener() {};

  @TempDir private Path folder;

  @BeforeEach
  void shard() throws IOException {
    for (int i = 0; i < 24; i++) {
      RawFixtures.write(
          folder.resolve(String.format(Locale.ROOT, "raw/%s/%03d.png", i % 2 == 0 ? "a" : "b", i)),
          PlainPng.noise(9 + i % 3, 8 + i % 5, i));
    }
    ShardingOptions options = ShardingOptions.of("photographs", 1);
    LocalSharding.write(
        new Configuration(),
        RawFormat.IMAGE_FOLDER.open(new Configuration(), folder.resolve("raw").toUri(), ""),
        options.withImages(options.images().withEncoding(ImageEncoding.ENCODED)),
        folder.resolve("photographs").toUri());
  }

  private TrainOutcome train(URI data, Path out, String... more) throws IOException {
    Experiment experiment = Experiments.tiny(more).withWorkers(1);
    return TrainJob.local(
            experiment,
            DatasetReference.to(new Configuration(), data),
            Optional.empty(),
            1,
            LaneEngine.widest())
        .run(out.toUri(), Progress.SILENT, NOBODY);
  }

  private TrainOutcome trainPhotographs(String... more) throws IOException {
    String[] settings = {
      "train.augmentation.resize=8",
      "train.augmentation.changes=[{type=random-resized-crop}]",
      more.length == 0 ? "train.stop-after=0" : more[0]
    };
    return train(folder.resolve("photographs").toUri(), folder.resolve("run"), settings);
  }

  /** Has the run's record say how images were decoded, or nothing, as at first. */
  private void recordDecoding(String version) throws IOException {
    Path record = folder.resolve("run/run.json");
    String entry = "\"decoding\" : \"%s\",".formatted(version);
    String json = Files.readString(record).replaceFirst("\"decoding\" : \"\\d+\",", "");
    Files.writeString(
        record, version.isEmpty() ? json : json.replace("\"data\" : {", "\"data\" : {" + entry));
    Files.deleteIfExists(folder.resolve("run/.run.json.crc"));
  }

  private void assertRefused(String version) {
    assertThatThrownBy(this::trainPhotographs)
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(
            "data set decoding was " + version + " and is now 2; complete it with")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void areRefusedUnlessTheyAreComplete() throws IOException {
    trainPhotographs("train.stop-after=1");
    recordDecoding("");
    assertRefused("1");
    recordDecoding("7");
    assertRefused("7");
    recordDecoding("2");
    TrainOutcome outcome = trainPhotographs();
    assertThat(outcome.epochs()).isEqualTo(2);
    recordDecoding("");
    assertThat(trainPhotographs()).isEqualTo(outcome);
  }

  @Test
  void onPixelsSayNothingOfIt() throws IOException {
    URI pixels = TinyData.write(folder.resolve("pixels"), 20);
    train(pixels, folder.resolve("run"), "train.stop-after=1");
    assertThat(Files.readString(folder.resolve("run/run.json"))).doesNotContain("decoding");
  }
}
