package org.sscspark.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.ImageSizes;
import org.sscspark.data.ReadingNotes;
import org.sscspark.data.ShardFile;
import org.sscspark.engine.lane.LaneEngine;
import org.sscspark.network.FeatureShape;
import org.sscspark.report.Progress;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.training.TrainingListener;

/** Kind: photographs of which a shard has too many to be read as pixels, told when it is read. */
class LargeShardsTest {
  private static final TrainingListener NOBODY = new TrainingListener() {};
  private static final String RESIZE = "train.augmentation.resize=512";
  private static final String PARTS = "train.augmentation.changes=[{type=random-resized-crop}]";

  @TempDir private Path folder;

  private static DatasetManifest photographs(String name, int examples) {
    return new DatasetManifest(
        DatasetManifest.FORMAT_VERSION,
        name,
        new ImageSizes(3, 1, 900, 1, 900),
        ImageEncoding.ENCODED,
        List.of("cat", "dog"),
        List.of((long) examples, 0L),
        examples,
        1,
        List.of(0.0, 0.0, 0.0),
        List.of(1.0, 1.0, 1.0),
        List.of(new ShardFile("shards/part-00000.parquet", examples, 1, "00")),
        new DatasetSource("image-folder", "here", "", ""),
        ReadingNotes.none());
  }

  private static DatasetReference set(DatasetManifest manifest) {
    return new DatasetReference(
        URI.create("file:///nowhere"),
        manifest,
        new SerializableConfiguration(new Configuration()));
  }

  private void train(DatasetManifest training, DatasetManifest test, String... settings)
      throws IOException {
    TrainJob.local(
            Experiments.tiny(settings).withWorkers(1),
            set(training),
            Optional.of(set(test)),
            1,
            LaneEngine.widest())
        .run(folder.resolve("run").toUri(), Progress.SILENT, NOBODY);
  }

  @Test
  void areRefusedBeforeTheRunBegins() {
    DatasetManifest small = photographs("small", 300);
    DatasetManifest large = photographs("large", 3000);
    assertThatThrownBy(() -> train(large, small, RESIZE))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Data set large has 3,000 images of 3x512x512 in shard ");
    assertThatThrownBy(() -> train(small, large, RESIZE, PARTS))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Data set large has 3,000 images of 3x512x512 in shard ");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void areTrainedOnWherePartsOfTheirFilesAreDecoded() {
    DatasetManifest large = photographs("large", 3000).resizedTo(new FeatureShape(3, 512, 512));
    assertThat(Trainable.require(Experiments.tiny(RESIZE, PARTS), large).input())
        .isEqualTo(large.shape());
  }
}
