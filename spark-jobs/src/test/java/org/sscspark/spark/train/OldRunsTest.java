package org.sscspark.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;
import org.sscspark.config.CanonicalJson;
import org.sscspark.config.MovedSettings;
import org.sscspark.engine.lane.LaneEngine;
import org.sscspark.report.Progress;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingState;

/** Runs that were stopped when settings had the names of {@code train.updater}. */
class OldRunsTest {
  private static final TrainingListener NOBODY = new TrainingListener() {};

  @TempDir private Path folder;

  private static Experiment experiment(String optimizer) {
    return Experiments.tiny(
        "averaging.workers=1",
        "train.optimizer.type=" + optimizer,
        "train.optimizer.affine-weight-decay=1e-5",
        "checkpoint.keep=1",
        "train.learning-rate=0.01");
  }

  private void run(Experiment experiment, Path out) throws IOException {
    Path shards = folder.resolve("data-of-" + out.getFileName());
    DatasetReference data = DatasetReference.to(new Configuration(), TinyData.write(shards, 53));
    TrainJob.local(experiment, data, Optional.empty(), 1, LaneEngine.widest())
        .run(out.toUri(), Progress.SILENT, NOBODY);
  }

  private Path stored(String optimizer) throws IOException {
    Path source =
        Path.of("src/test/resources/org/sscspark/spark/train/runs-before-optimizers", optimizer);
    Path target = folder.resolve("old");
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(source.relativize(file).toString()));
      }
    }
    return target;
  }

  @ParameterizedTest
  @ValueSource(strings = {"adam", "nesterov", "sgd"})
  void resume(String optimizer) throws IOException {
    Path old = stored(optimizer);
    assertThat(SavedRuns.newest(old).state().progress().globalRound()).isEqualTo(2);
    run(experiment(optimizer), old);
    Path whole = folder.resolve("whole");
    run(experiment(optimizer), whole);
    TrainingState expected = SavedRuns.newest(whole).state();
    TrainingState actual = SavedRuns.newest(old).state();
    assertThat(actual.progress()).isEqualTo(expected.progress());
    // What was stored may be another machine's, whose last bits differ.
    for (int i = 0; i < expected.parameters().length; i++) {
      assertThat((double) actual.parameters()[i]).isCloseTo(expected.parameters()[i], within(1e-3));
    }
  }

  /** Settings by which older comparisons and sweeps named their trials. */
  @ParameterizedTest
  @ValueSource(strings = {"adam", "nesterov", "sgd"})
  void haveSettingsThatCanStillBeWrittenAsTheyWere(String optimizer) throws IOException {
    String text = Files.readString(stored(optimizer).resolve("run.json"));
    ObjectNode recorded = (ObjectNode) new ObjectMapper().readTree(text).path("configuration");
    ObjectNode former =
        (ObjectNode)
            new ObjectMapper()
                .readTree(MovedSettings.former(CanonicalJson.of(experiment(optimizer))));
    for (String section : List.of("train", "averaging")) {
      ObjectNode expected = (ObjectNode) recorded.path(section);
      assertThat(((ObjectNode) former.path(section)).retain(names(expected)).toString())
          .isEqualTo(expected.toString());
    }
  }

  /** Programs that had more optimizers called one setting otherwise. */
  @Test
  void ofOtherOptimizersHaveSettingsThatCanStillBeWrittenAsTheyWere() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    String today = CanonicalJson.of(experiment("lars"));
    ObjectNode expected = (ObjectNode) mapper.readTree(today);
    ObjectNode averaging = (ObjectNode) expected.path("averaging");
    averaging.set("updater-state", averaging.remove("optimizer-state"));
    String former = MovedSettings.former(today);
    assertThat(mapper.readTree(former)).isEqualTo(expected);
    assertThat(former).contains(",\"updater-state\":\"average\",\"workers\":1}");
    assertThat(mapper.readTree(MovedSettings.upgraded(former))).isEqualTo(mapper.readTree(today));
  }

  private static List<String> names(ObjectNode section) {
    List<String> names = new ArrayList<>();
    section.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void areRefusedWithTheNewNameOfWhatDiffers() throws IOException {
    Path old = stored("nesterov");
    assertThatThrownBy(() -> run(experiment("adam"), old))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("holds a run of another configuration: train.optimizer.");
  }
}
