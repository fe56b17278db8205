package org.sscspark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sscspark.network.Op;

class ArchitectureTest extends PackagesContract {
  private static final List<String> PACKAGES =
      List.of(
          "config",
          "storage",
          "random",
          "search",
          "pattern",
          "network",
          "engine",
          "optimizer",
          "dl4j",
          "data",
          "pruning",
          "training",
          "checkpoint",
          "report",
          "exchange");

  private static final JavaClasses CLASSES = imported("org.sscspark");

  ArchitectureTest() {
    super("org.sscspark", PACKAGES, CLASSES);
  }

  private void onlyIn(List<String> homes, String... libraries) {
    noClasses()
        .that()
        .resideOutsideOfPackages(in(homes))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(libraries)
        .check(CLASSES);
  }

  @Test
  void aPlanKnowsNoEngine() {
    noClasses()
        .that()
        .resideInAPackage("org.sscspark.engine.plan..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(in(List.of("engine.lane", "engine.cuda", "engine.nd4j")))
        .check(CLASSES);
  }

  /** docs/extending.md counts the files that a new operator takes. */
  @Test
  void onlyEnginesHaveToKnowEveryOperator() {
    assertThat(CLASSES)
        .filteredOn(each -> each.isAssignableTo(Op.Visitor.class) && !each.isInterface())
        .filteredOn(each -> !each.isAssignableTo(Op.ChannelwiseVisitor.class))
        .extracting(JavaClass::getSimpleName)
        .containsExactlyInAnyOrder("LaneSteps", "CudaSteps", "Nd4jOperators", "GatedOperators");
  }

  @Test
  void checkpointsAndReportsKnowNothingOfTraining() {
    noClasses()
        .that()
        .resideInAnyPackage(in(List.of("checkpoint", "report")))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(in(List.of("training", "pruning", "engine", "dl4j")))
        .check(CLASSES);
  }

  @Test
  void sparkIsUnknownHere() {
    onlyIn(List.of("nowhere"), "org.apache.spark..", "scala..", "picocli..");
  }

  @Test
  void hadoopIsForDataAndCheckpoints() {
    onlyIn(List.of("storage", "data", "checkpoint"), "org.apache.hadoop..");
    onlyIn(List.of("data"), "org.apache.parquet..");
  }

  @Test
  void dl4jIsForItsLayersAndTheNd4jEngine() {
    onlyIn(List.of("dl4j"), "org.deeplearning4j..");
    onlyIn(List.of("dl4j", "engine.nd4j", "exchange"), "org.nd4j..");
    onlyIn(List.of("dl4j", "engine.nd4j"), "org.nd4j.linalg..", "org.bytedeco..");
  }

  @Test
  void onnxIsForExchange() {
    onlyIn(List.of("exchange"), "onnx..");
  }

  @Test
  void theVectorApiIsForTheLaneEngine() {
    onlyIn(List.of("engine.lane"), "jdk.incubator.vector..");
  }

  @Test
  void nativeCallsAreForTheCudaEngine() {
    onlyIn(List.of("engine.cuda"), "com.sun.jna..");
  }

  @Test
  void settingsLibraryIsForConfig() {
    onlyIn(List.of("config"), "com.typesafe.config..");
  }

  @Test
  void nobodyPrintsOrLogsPastSlf4j() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES);
    NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(CLASSES);
  }
}
