package org.sscspark.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;
import org.sscspark.exchange.OnnxFile;
import org.sscspark.exchange.OnnxForm;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;
import org.sscspark.report.NetworkArrays;
import org.sscspark.report.NumpyArchive;
import org.sscspark.report.Progress;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.evaluate.SavedModel;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingState;

@ExtendWith(LocalSpark.class)
class FineTuningTest {
  private static final TrainingListener NOBODY = new TrainingListener() {};

  @TempDir private static Path shared;
  private static URI data;
  private static Path ssc;
  private static Path dense;

  @TempDir private Path folder;

  @BeforeAll
  static void train(JavaSparkContext spark) throws IOException {
    data = TinyData.write(shared.resolve("train"), 53);
    ssc = shared.resolve("ssc");
    dense = shared.resolve("dense");
    job(spark).run(ssc.toUri(), Progress.SILENT, NOBODY);
    job(spark, "method=dense").run(dense.toUri(), Progress.SILENT, NOBODY);
  }

  private static TrainJob job(JavaSparkContext spark, String... settings) {
    return new TrainJob(spark, Experiments.tiny(settings), data, Optional.empty());
  }

  private static SavedModel model(Path run) throws IOException {
    return SavedRuns.newest(run);
  }

  private static String from(Path source) {
    return "from=\"" + source.toUri() + "\"";
  }

  private static final class FirstState implements TrainingListener {
    private float[] parameters;

    @Override
    public void onStart(TrainingState start) {
      parameters = start.parameters();
    }
  }

  private FirstState run(JavaSparkContext spark, Path out, String... settings) throws IOException {
    FirstState first = new FirstState();
    job(spark, settings).run(out.toUri(), Progress.SILENT, first);
    return first;
  }

  @Test
  void aSparseModelKeepsItsPatternAndStartsFromItsWeights(JavaSparkContext spark)
      throws IOException {
    Path out = folder.resolve("on");
    TrainJob job = job(spark, from(ssc), "density=0.3");
    assertThat(job.plan(out.toUri()).toText())
        .contains("/ssc/checkpoints/round-")
        .contains("its pattern of ")
        .contains("method, density, ssc and pruning are not used");
    assertThatThrownBy(() -> job(spark, from(ssc), "macs=100000").plan(out.toUri()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("macs = 100000 does not go with from = ", "leave macs out");
    FirstState first = new FirstState();
    TrainOutcome outcome = job.run(out.toUri(), Progress.SILENT, first);

    assertThat(first.parameters).isEqualTo(model(ssc).state().parameters());
    assertThat(model(out).network()).isEqualTo(model(ssc).network());
    assertThat(outcome.method()).isEqualTo("kept");
    assertThat(Files.readString(out.resolve("run.json"))).contains(ssc.toUri().toString());
  }

  /** Kind: a file of a run's folder that was cut off, told by an exception of the parser. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"source\": \"a\", \"sha2", "", "{}"})
  void aDamagedRecordOfTheStartIsNamed(String content, JavaSparkContext spark) throws IOException {
    Path out = folder.resolve("damaged" + content.length());
    run(spark, out, from(ssc));
    Files.delete(out.resolve("result.json"));
    Files.writeString(out.resolve("start.json"), content);
    assertThatThrownBy(() -> run(spark, out, from(ssc)))
        .isInstanceOf(BadInputException.class)
        .hasMessageMatching("Cannot use .*/start\\.json: it is damaged; restore it, or choose .*");
  }

  /** Kind: weights put to another use than they were trained for, without a word. */
  @Test
  void aClassifierOfOtherClassesIsTold(JavaSparkContext spark) throws IOException {
    List<String> names = model(ssc).input().classes();
    String first = '"' + names.get(0) + '"';
    String second = '"' + names.get(1) + '"';
    URI renamed = TinyData.described(data, folder.resolve("renamed"), first, "\"zebra\"");
    URI half = TinyData.described(data, folder.resolve("half"), first, "\"once-first\"");
    half = TinyData.described(half, folder.resolve("more"), second, first);
    URI turned = TinyData.described(half, folder.resolve("turned"), "\"once-first\"", second);

    assertThat(startOn(spark, data)).doesNotContain("the classifier is kept");
    assertThat(startOn(spark, renamed))
        .contains(
            "; the classifier is kept, though the classes are others: class 0 was %s and is zebra)"
                .formatted(names.get(0)));
    assertThat(startOn(spark, turned))
        .contains(
            "though the classes are in another order: class 0 was %s and is %s)"
                .formatted(names.get(0), names.get(1)));
  }

  private String startOn(JavaSparkContext spark, URI set) throws IOException {
    return new TrainJob(spark, Experiments.tiny(from(ssc)), set, Optional.empty())
        .plan(folder.resolve("none").toUri())
        .toText();
  }

  @Test
  void filesStartARunAsTheCheckpointDoes(JavaSparkContext spark) throws IOException {
    SavedModel saved = model(ssc);
    Path onnx = folder.resolve("a.onnx");
    Path npz = folder.resolve("a.npz");
    try (OutputStream out = Files.newOutputStream(onnx)) {
      OnnxFile.write(saved.portable(), OnnxForm.DEFAULT, out);
    }
    try (NumpyArchive archive = new NumpyArchive(Files.newOutputStream(npz))) {
      NetworkArrays.add(archive, saved.network(), saved.state().parameters());
    }
    assertThat(run(spark, folder.resolve("onnx"), from(onnx)).parameters)
        .isEqualTo(saved.state().parameters());
    // As a mask, its weights are stored in another order than as a pattern.
    Path run = folder.resolve("npz");
    float[] masked = run(spark, run, from(npz)).parameters;
    ParameterLayout places = ParameterLayout.of(model(dense).network());
    assertThat(places.carried(ParameterLayout.of(model(run).network()), masked))
        .isEqualTo(places.carried(ParameterLayout.of(saved.network()), saved.state().parameters()));
  }

  @Test
  void aDenseModelIsPrunedByItsTrainedWeights(JavaSparkContext spark) throws IOException {
    FirstState first =
        run(spark, folder.resolve("pruned"), from(dense), "method=magnitude", "density=0.2");

    SavedModel pruned = model(folder.resolve("pruned"));
    ParameterLayout layout = ParameterLayout.of(pruned.network());
    ParameterLayout whole = ParameterLayout.of(model(dense).network());
    float[] trained = model(dense).state().parameters();
    double[] magnitudes = new double[whole.weightCount()];
    Arrays.setAll(magnitudes, i -> Math.abs(trained[i]));
    Arrays.sort(magnitudes);
    double smallest = magnitudes[magnitudes.length - layout.weightCount()];
    assertThat(layout.weightCount()).isEqualTo((int) (0.2 * whole.weightCount()));
    for (int i = 0; i < layout.weightCount(); i++) {
      assertThat(Math.abs((double) first.parameters[i])).isGreaterThanOrEqualTo(smallest);
    }
    Segment norm = layout.segment("stem.norm", Role.VARIANCE);
    Segment before = whole.segment("stem.norm", Role.VARIANCE);
    assertThat(Arrays.copyOfRange(first.parameters, norm.offset(), norm.end()))
        .isEqualTo(Arrays.copyOfRange(trained, before.offset(), before.end()));
  }

  @Test
  void frozenLayersDoNotChangeAndTheRunResumesWithTheSameBits(JavaSparkContext spark)
      throws IOException {
    String[] settings = {from(ssc), "train.freeze=[\"stem.*\", layer1.conv]"};
    Path whole = folder.resolve("whole");
    Path broken = folder.resolve("broken");
    FirstState first = run(spark, whole, settings);
    assertThatThrownBy(
            () ->
                job(spark, settings)
                    .run(
                        broken.toUri(),
                        Progress.SILENT,
                        new TrainingListener() {
                          @Override
                          public void onRound(RoundMetrics metrics, TrainingState state) {
                            if (metrics.globalRound() == 3) {
                              throw new IllegalStateException("killed");
                            }
                          }
                        }))
        .hasMessage("killed");
    run(spark, broken, settings);

    SavedRuns.assertSameBits(broken, whole);
    SavedModel end = model(whole);
    for (Segment segment : ParameterLayout.of(end.network()).segments()) {
      boolean frozen = List.of("stem.conv", "stem.norm", "layer1.conv").contains(segment.op());
      float[] before = Arrays.copyOfRange(first.parameters, segment.offset(), segment.end());
      float[] after = Arrays.copyOfRange(end.state().parameters(), segment.offset(), segment.end());
      assertThat(Arrays.equals(before, after)).as(segment.toString()).isEqualTo(frozen);
    }
    assertThat(job(spark, settings).plan(whole.toUri()).toText()).contains("frozen   ");
  }

  @Test
  void whatCannotBeUsedIsNamed(JavaSparkContext spark) throws IOException {
    URI out = folder.resolve("none").toUri();
    assertThatThrownBy(() -> job(spark, "train.freeze=[stage9]").network(out))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(
            "has no layer 'stage9' with parameters; it has first, last, stem.conv");
    assertThatThrownBy(() -> job(spark, "train.freeze=[\"*\"]").network(out))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("leaves nothing to train");
    assertThatThrownBy(() -> job(spark, from(folder.resolve("a.onnx"))).network(out))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Nothing is at ");
    assertThatThrownBy(() -> job(spark, from(dense), "method=narrow").network(out))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("method = narrow has other layers");
    assertThatThrownBy(() -> job(spark, from(ssc), "model.width=0.5").network(out))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("set model.name and model.width");
  }

  /** Kind: a start that is refused, and has changed what an earlier one wrote. */
  @Test
  void aRunDoesNotBeginAgainWithOtherWeights(JavaSparkContext spark) throws IOException {
    Path source = folder.resolve("a.onnx");
    Path out = folder.resolve("out");
    try (OutputStream file = Files.newOutputStream(source)) {
      OnnxFile.write(model(ssc).portable(), OnnxForm.DEFAULT, file);
    }
    assertThatThrownBy(
            () ->
                job(spark, from(source), "method=magnitude", "density=0.2")
                    .run(
                        out.toUri(),
                        Progress.SILENT,
                        new TrainingListener() {
                          @Override
                          public void onStart(TrainingState start) {
                            throw new IllegalStateException("killed");
                          }
                        }))
        .hasMessage("killed");
    try (OutputStream file = Files.newOutputStream(source)) {
      OnnxFile.write(model(dense).portable(), OnnxForm.DEFAULT, file);
    }
    assertThatThrownBy(() -> run(spark, out, from(source), "method=magnitude", "density=0.2"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("a.onnx now has others; choose another folder");
    assertThat(out.resolve("pruning.json")).as("of the other weights").doesNotExist();
  }
}
