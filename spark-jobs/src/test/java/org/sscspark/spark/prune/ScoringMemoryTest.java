package org.sscspark.spark.prune;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pruning.LossGradient;
import org.sscspark.pruning.LossGradient.Precision;
import org.sscspark.pruning.NtkTraceBound;
import org.sscspark.pruning.ScoredFunction;
import org.sscspark.spark.LocalSpark;

/** Of images of 2048 x 2048 a chunk takes hundreds of GB: on the heap, or outside of it. */
@ExtendWith(LocalSpark.class)
class ScoringMemoryTest {
  private static final String OUTSIDE = "[\\d,]{1,5} MiB of heap and [\\d,]{7,} MiB outside of it";

  private static ScoredFunction loss(int side, Precision precision) {
    return LossGradient.of(
        network(side), parameters(side), BatchNormMode.BATCH, /* temperature= */ 1, precision);
  }

  private static NetworkSpec network(int side) {
    return ModelZoo.named("resnet20", new FeatureShape(3, side, side), 10, 1);
  }

  private static float[] parameters(int side) {
    return Initialization.withoutWeights(ParameterLayout.of(network(side)));
  }

  private static void refused(
      JavaSparkContext spark, ScoredFunction small, ScoredFunction large, String needed) {
    ScoringMemory.require(spark, small, 16);
    assertThatThrownBy(() -> ScoringMemory.require(spark, large, 128))
        .isInstanceOf(BadInputException.class)
        .hasMessageMatching(
            "Scoring resnet20 in chunks of 128 takes at least "
                + needed
                + " in each executor.*SSC_DRIVER_MEMORY=\\d{3,5}g.*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "nd4j"})
  void singlesAreWhereTheEngineHasThem(String engine, JavaSparkContext spark) {
    Precision singles = new Precision.Singles(EngineSettings.named(engine));
    refused(
        spark,
        loss(8, singles),
        loss(2048, singles),
        engine.equals("nd4j") ? OUTSIDE : "[\\d,]{7,} MiB of heap and 0 MiB outside of it");
  }

  @Test
  void doublesAreOutsideOfTheHeap(JavaSparkContext spark) {
    refused(spark, loss(8, new Precision.Doubles()), loss(2048, new Precision.Doubles()), OUTSIDE);
  }

  @Test
  void soAreBothNetworksOfATraceBound(JavaSparkContext spark) {
    refused(
        spark,
        NtkTraceBound.of(network(8), parameters(8), BatchNormMode.BATCH),
        NtkTraceBound.of(network(2048), parameters(2048), BatchNormMode.BATCH),
        OUTSIDE);
  }
}
