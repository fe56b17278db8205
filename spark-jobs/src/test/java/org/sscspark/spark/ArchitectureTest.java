package org.sscspark.spark;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
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

class ArchitectureTest {
  /** Lowest first: a package uses only those before it. */
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

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.sscspark.spark");

  private static String[] in(List<String> names) {
    return names.stream().map(name -> "org.sscspark.spark." + name + "..").toArray(String[]::new);
  }

  @Test
  void everyClassIsInAKnownPackage() {
    classes().should().resideInAnyPackage(in(PACKAGES)).check(CLASSES);
  }

  @Test
  void aPackageUsesOnlyThoseBelowIt() {
    for (int i = 0; i + 1 < PACKAGES.size(); i++) {
      noClasses()
          .that()
          .resideInAPackage("org.sscspark.spark." + PACKAGES.get(i) + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(in(PACKAGES.subList(i + 1, PACKAGES.size())))
          .allowEmptyShould(true)
          .check(CLASSES);
    }
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

  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      assertThat(
              files
                  .filter(file -> file.toString().endsWith(".java"))
                  .map(Path::getParent)
                  .distinct())
          .isNotEmpty()
          .allSatisfy(folder -> assertThat(folder.resolve("package-info.java")).exists());
    }
  }

  /** One name, one idea: whoever reads a name need not look which of two it is. */
  @Test
  void noNameIsOfTwoClasses() throws IOException {
    List<String> names = new ArrayList<>();
    for (String module : List.of("../core", ".", "bench")) {
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
