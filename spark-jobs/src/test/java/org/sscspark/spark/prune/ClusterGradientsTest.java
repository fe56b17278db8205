package org.sscspark.spark.prune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pruning.DesignedNetwork;
import org.sscspark.pruning.GradientSources;
import org.sscspark.pruning.LossGradient;
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

  /** Supports are equal only if the scores at the threshold are; so are gradients, bit for bit. */
  @ParameterizedTest
  @ValueSource(strings = {"snip", "grasp", "force", "iterative-snip"})
  void anyNumberOfWorkersChoosesTheWeightsOfOneMachine(String method, JavaSparkContext spark) {
    DatasetReference reference = DatasetReference.to(spark.hadoopConfiguration(), data);
    NetworkDesign design =
        Experiments.tiny(
                "method=" + method,
                "engine=auto",
                "pruning.examples-per-class=9",
                "pruning.chunk=6",
                "pruning.augmentation=true")
            .design();
    DesignedNetwork local = design(design, reference, GradientSources.local(reference.open()));
    for (int workers = 1; workers <= 3; workers++) {
      DesignedNetwork distributed =
          design(design, reference, new ClusterGradients(spark, reference, workers));
      assertThat(distributed.network()).as(workers + " workers").isEqualTo(local.network());
      assertThat(distributed.initialParameters()).isEqualTo(local.initialParameters());
      assertThat(distributed.report()).isEqualTo(local.report());
    }
  }

  private static DesignedNetwork design(
      NetworkDesign design, DatasetReference data, GradientSources gradients) {
    return design.design(data.manifest().shape(), data.manifest().classes().size(), gradients);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void gradientsHaveTheBitsOfOneMachine(int workers, JavaSparkContext spark) {
    DatasetReference reference = DatasetReference.to(spark.hadoopConfiguration(), data);
    for (String method : new String[] {"snip", "grasp"}) {
      NetworkDesign design =
          Experiments.tiny(
                  "method=" + method, "engine=auto", "pruning.chunk=7", "pruning.batches=5")
              .design();
      double[][] seen = new double[2][];
      GradientSources[] sources = {
        GradientSources.local(reference.open()), new ClusterGradients(spark, reference, workers)
      };
      for (int i = 0; i < sources.length; i++) {
        int which = i;
        design(
            design,
            reference,
            (loss, scoring) -> {
              seen[which] = sources[which].of(loss, scoring).gradient(weights(loss), 2);
              return sources[which].of(loss, scoring);
            });
      }
      assertThat(seen[1]).isEqualTo(seen[0]);
    }
  }

  private static double[] weights(LossGradient loss) {
    double[] weights = new double[ParameterLayout.of(loss.network()).weightCount()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = loss.parameters()[i];
    }
    return weights;
  }
}
