package org.sscspark.spark;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.sscspark.PackagesContract;

class ArchitectureTest extends PackagesContract {
  private static final List<String> PACKAGES =
      List.of(
          "dataset",
          "gpu",
          "averaging",
          "dl4j",
          "evaluate",
          "predict",
          "prune",
          "watch",
          "train",
          "ml",
          "trial",
          "compare",
          "sweep",
          "quickstart",
          "cli");

  private static final JavaClasses CLASSES = imported("org.sscspark.spark");

  ArchitectureTest() {
    super("org.sscspark.spark", PACKAGES, CLASSES);
  }

  @Test
  void dl4jsSparkInterfaceIsForOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.sscspark.spark.dl4j..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.deeplearning4j.spark..", "org.deeplearning4j.core..", "org.sscspark.spark.dl4j..")
        .check(CLASSES);
  }

  @Test
  void sparkIsStartedByTheCommandLineOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.sscspark.spark.cli..")
        .should()
        .callConstructorWhere(target(owner(type(SparkContext.class))))
        .orShould()
        .callConstructor(JavaSparkContext.class, SparkConf.class)
        .orShould()
        .callMethodWhere(target(owner(type(SparkSession.Builder.class))))
        .check(CLASSES);
  }

  @Test
  void onlyTheCommandLineReadsArgumentsAndPrints() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.sscspark.spark.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..")
        .orShould(ACCESS_STANDARD_STREAMS)
        .check(CLASSES);
  }

  /** One name, one idea: whoever reads a name need not look which of two it is. */
  @Test
  void noNameIsOfTwoClasses() throws IOException {
    List<String> names = new ArrayList<>();
    for (String module : List.of("../core", ".", "bench", "bench-libtorch")) {
      try (Stream<Path> files = Files.walk(Path.of(module, "src/main/java"))) {
        files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(".java") && !name.equals("package-info.java"))
            .forEach(names::add);
      }
    }
    assertThat(names).hasSizeGreaterThan(100).doesNotHaveDuplicates();
  }
}
