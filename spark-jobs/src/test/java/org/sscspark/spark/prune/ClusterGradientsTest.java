package org.sscspark.spark.prune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pruning.DesignedNetwork;
import org.sscspark.pruning.GradientSources;
import org.sscspark.pruning.Method;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TinyData;

@ExtendWith(LocalSpark.class)
class ClusterGradientsTest {
  @TempDir private static Path shared;
  private static URI data;

  @BeforeAll
  static void shard() throws IOException {
    data = TinyData.write(shared.resolve("train"), 90);
  }

  /** All methods that read images, in both ways with batch norm, and those that read none. */
  static Stream<Arguments> methods() {
    return Stream.concat(
        Method.all().stream()
            .filter(Method::needsData)
            .flatMap(
                method ->
                    Stream.of("initial", "chunk")
                        .map(statistics -> Arguments.of(method.name(), statistics))),
        Stream.of("synflow", "synflow-l2").map(flow -> Arguments.of(flow, "initial")));
  }

  /** Scores of every step, bit for bit, and the supports that come of them. */
  @ParameterizedTest
  @MethodSource("methods")
  void anyNumberOfWorkersScoresAsOneMachineDoes(
      String method, String statistics, JavaSparkContext spark) {
    DatasetReference reference = DatasetReference.to(spark.hadoopConfiguration(), data);
    NetworkDesign design =
        Experiments.tiny(
                "method=" + method,
                "engine=auto",
                "pruning.steps=3",
                "pruning.examples-per-class=9",
                "pruning.chunk=6",
                "pruning.batch-norm=" + statistics,
                "pruning.augmentation=true")
            .design();
    List<double[]> localScores = new ArrayList<>();
    DesignedNetwork local =
        design(design, reference, GradientSources.local(reference.open()), localScores);
    assertThat(localScores).hasSize(3);
    assertThat(local.report().orElseThrow().data()).contains(" precision, computed by ");
    for (int workers = 1; workers <= 3; workers++) {
      List<double[]> scores = new ArrayList<>();
      DesignedNetwork distributed =
          design(
              design,
              reference,
              // Whole gradients at once, and in two and three slices.
              new ClusterGradients(
                  spark, reference, workers, sliceBytes(design, reference, workers)),
              scores);
      assertThat(scores).as(workers + " workers").hasSize(3);
      for (int step = 0; step < 3; step++) {
        assertThat(scores.get(step))
            .as("%d workers, step %d", workers, step)
            .isEqualTo(localScores.get(step));
      }
      assertThat(distributed.network()).isEqualTo(local.network());
      assertThat(distributed.initialParameters()).isEqualTo(local.initialParameters());
      assertThat(distributed.report()).isEqualTo(local.report());
    }
  }

  private static long sliceBytes(NetworkDesign design, DatasetReference data, int workers) {
    NetworkSpec dense = design.dense(data.manifest().shape(), data.manifest().classes().size());
    return (long) Double.BYTES * ParameterLayout.of(dense).weightCount() + workers;
  }

  private static DesignedNetwork design(
      NetworkDesign design,
      DatasetReference data,
      GradientSources gradients,
      List<double[]> scores) {
    return design.design(
        data.manifest().shape(),
        data.manifest().classes().size(),
        gradients,
        (step, values) -> scores.add(values.clone()));
  }
}
