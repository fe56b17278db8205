package org.sscspark.spark.evaluate;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.spark.LocalSpark;

@ExtendWith(LocalSpark.class)
class AnsweringMemoryTest {
  private static void require(JavaSparkContext spark, int side, String engine) {
    AnsweringMemory.require(
        spark,
        "Predicting",
        ModelZoo.named("resnet20", new FeatureShape(3, side, side), 10, 1),
        EngineSettings.named(engine),
        128);
  }

  /**
   * A value of images of that side takes 34 GB, and no answer does with less than one; ND4J holds
   * them all.
   */
  @ParameterizedTest
  @ValueSource(strings = {"auto", "lane", "nd4j"})
  void whatCannotBeHeldIsRefusedWithTheRemedy(String engine, JavaSparkContext spark) {
    require(spark, 8, engine);
    assertThatThrownBy(() -> require(spark, 2048, engine))
        .isInstanceOf(BadInputException.class)
        .hasMessageMatching(
            "Predicting with resnet20 in minibatches of 128 takes at least "
                + (engine.equals("nd4j")
                    ? "\\d MiB of heap and [\\d,]{7,} MiB outside of it"
                    : "[\\d,]{7,} MiB of heap and 0 MiB outside of it")
                + " in each executor.*SSC_DRIVER_MEMORY=\\d{3,4}g.*");
  }
}
