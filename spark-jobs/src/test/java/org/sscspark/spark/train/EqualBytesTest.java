package org.sscspark.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.lane.LaneEngine;
import org.sscspark.network.FeatureShape;
import org.sscspark.report.Progress;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.training.MetricsJson;
import org.sscspark.training.TrainingListener;

/**
 * Runs on data sets of equal bytes that mean something else. Kind: another data set of the same
 * name and checksum, for which a run that is there would be taken.
 */
class EqualBytesTest {
  private static final TrainingListener NOBODY = new TrainingListener() {};

  @TempDir private Path folder;
  private URI data;

  @BeforeEach
  void trainOnce() throws IOException {
    data = TinyData.write(folder.resolve("data"), 20, new FeatureShape(3, 8, 16), 3);
    train(data);
  }

  private TrainOutcome train(URI set) throws IOException {
    Configuration configuration = new Configuration();
    return TrainJob.local(
            Experiments.tiny("averaging.workers=1"),
            DatasetReference.to(configuration, set),
            Optional.of(DatasetReference.to(configuration, set)),
            1,
            LaneEngine.widest())
        .run(folder.resolve("run").toUri(), Progress.SILENT, NOBODY);
  }

  private void assertRefused(URI set, String difference) {
    assertThatThrownBy(() -> train(set))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("holds a run of another configuration: data set " + difference);
  }

  @Test
  void areAnothersIfTheirImagesHaveAnotherShape() throws IOException {
    assertRefused(TinyData.turned(data, folder), "shape was 3x8x16 and is now 3x16x8; choose");
  }

  @Test
  void areAnothersIfAClassIsCalledOtherwise() throws IOException {
    assertRefused(
        TinyData.described(data, folder.resolve("renamed"), "grating-1", "cat"),
        "names of classes was ");
  }

  /** Kind: runs of programs that recorded neither shapes nor names. */
  @Test
  void areTheSameToRunsThatDoNotSay() throws IOException {
    TrainOutcome whole = train(data);
    Path record = folder.resolve("run/run.json");
    ObjectNode said = (ObjectNode) MetricsJson.read(Files.readString(record));
    ObjectNode sets = (ObjectNode) said.path("data");
    for (String role : List.of("", "test ")) {
      assertThat(sets.remove(role + "shape")).isNotNull();
      assertThat(sets.remove(role + "names of classes")).isNotNull();
    }
    Files.writeString(record, said.toString());
    Files.deleteIfExists(folder.resolve("run/.run.json.crc"));
    assertThat(train(TinyData.turned(data, folder))).isEqualTo(whole);
  }
}
