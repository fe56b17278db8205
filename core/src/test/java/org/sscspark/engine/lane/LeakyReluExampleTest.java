package org.sscspark.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.engine.plan.Step;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ParameterLayout;

/** The worked example of docs/extending.md: a lane step for an operator that does not exist. */
class LeakyReluExampleTest {
  private static final float SLOPE = 0.1f;
  private static final int COUNT = 6;
  private static final Path DOCUMENT = Path.of("../docs/extending.md");

  // The example begins.
  /** The larger of the input and a fraction of it. Input and output have one layout. */
  static final class LeakyReluStep extends PlaneStep {
    private final float slope;

    LeakyReluStep(
        LaneWorkspace workspace, LaneValue in, LaneValue out, float slope, boolean addsToInput) {
      super(workspace, in, out, addsToInput);
      this.slope = slope;
    }

    @Override
    void forward(int from, int to) {
      float[] x = in.data().floats;
      float[] y = out.data().floats;
      for (int position : in.plane()) {
        for (int lane = 0; lane < workspace.lanes(); lane++) {
          int at = position + lane;
          y[to + at] = x[from + at] > 0 ? x[from + at] : slope * x[from + at];
        }
      }
    }

    @Override
    void backward(int from, int to) {
      float[] x = in.data().floats;
      float[] dx = in.gradient().floats;
      float[] dy = out.gradient().floats;
      for (int position : in.plane()) {
        for (int lane = 0; lane < workspace.lanes(); lane++) {
          int at = position + lane;
          float d = x[from + at] > 0 ? dy[to + at] : slope * dy[to + at];
          dx[from + at] = addsToInput ? dx[from + at] + d : d;
        }
      }
    }
  }

  // The example ends.

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theExampleComputesWhatItSays(boolean addsToInput) {
    RandomNetworks random = new RandomNetworks(53);
    LaneLayout layout = new LaneLayout(new FeatureShape(3, 4, 5), 1, 4, 2);
    LaneValue in = value(layout, random);
    LaneValue out = value(layout, random);
    float[] before = in.gradient().floats.clone();
    ParameterLayout none = ParameterLayout.of(random.network(Kind.RELU));
    try (WorkerThreads threads = new WorkerThreads(2)) {
      LaneWorkspace workspace =
          new LaneWorkspace(
              new PlainArithmetic(4),
              threads,
              CacheSizes.DEFAULT,
              none,
              new float[none.size()],
              new float[none.size()]);
      workspace.batch.set(COUNT, BatchNormMode.BATCH);
      Step step = new LeakyReluStep(workspace, in, out, SLOPE, addsToInput);
      step.forward();
      step.backward();
    }
    for (int block = 0; block < 2; block++) {
      for (int c = 0; c < 3; c++) {
        for (int position : in.plane()) {
          int at = layout.plane(block, c) + position;
          float x = in.data().floats[at];
          float factor = x > 0 ? 1 : SLOPE;
          assertThat(out.data().floats[at]).isEqualTo(factor * x);
          assertThat(in.gradient().floats[at])
              .isEqualTo(factor * out.gradient().floats[at] + (addsToInput ? before[at] : 0));
        }
      }
    }
  }

  private static LaneValue value(LaneLayout layout, RandomNetworks random) {
    return new LaneValue(
        new LaneBuffer(layout, random.gaussians(layout.length())),
        new LaneBuffer(layout, random.gaussians(layout.length())));
  }

  @Test
  void theDocumentShowsTheExampleAsItIsCompiled() throws IOException {
    String source =
        Files.readString(
            Path.of("src/test/java/org/sscspark/engine/lane/LeakyReluExampleTest.java"));
    String example =
        source
            .replaceFirst("(?s).*// The example begins.\n", "")
            .replaceFirst("(?s)\n *// The example ends.*", "")
            .stripTrailing()
            .stripIndent()
            .strip();

    assertThat(Files.readString(DOCUMENT))
        .contains(example.replace("static final class", "final class"));
  }

  /** The files that the document counts, beside the step's own. */
  @Test
  void theDocumentsFilesExist() throws IOException {
    Map<String, String> files =
        Map.of(
            "network/Op.java", "java",
            "engine/lane/LaneSteps.java", "java",
            "engine/cuda/CudaSteps.java", "java",
            "engine/cuda/plane.cu", "resources",
            "engine/nd4j/Nd4jOperators.java", "java");
    String document = Files.readString(DOCUMENT);
    files.forEach(
        (file, folder) -> {
          assertThat(Path.of("src/main", folder, "org/sscspark", file)).exists();
          assertThat(document).contains(file);
        });
  }
}
