package org.sscspark.spark.bench;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.sscspark.PackagesContract;

class ArchitectureTest extends PackagesContract {
  private static final String BENCHMARKS = "org.sscspark.spark.bench";
  private static final String COMMANDS = BENCHMARKS + ".cli";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("jmh_generated"))
          .importPackages(BENCHMARKS);

  ArchitectureTest() {
    super("org.sscspark.spark", List.of("bench"), CLASSES);
  }

  @Test
  void commandsUseBenchmarksAndNotTheOtherWay() {
    noClasses()
        .that()
        .resideInAPackage(BENCHMARKS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(COMMANDS, "org.sscspark.spark.cli..")
        .check(CLASSES);
  }

  /** DL4J's own master is measured; this project's is for users of DL4J. */
  @Test
  void dl4jsSparkInterfaceIsForOneClass() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(BENCHMARKS + ".StockRounds")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.deeplearning4j.spark..", "org.deeplearning4j.core..", "org.sscspark.spark.dl4j..")
        .check(CLASSES);
  }

  @Test
  void sparkIsStartedElsewhere() {
    noClasses()
        .should()
        .callConstructorWhere(target(owner(type(SparkContext.class))))
        .orShould()
        .callMethodWhere(target(owner(type(SparkSession.Builder.class))))
        .check(CLASSES);
  }

  @Test
  void onlyCommandsReadArgumentsAndPrint() {
    noClasses()
        .that()
        .resideOutsideOfPackage(COMMANDS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..")
        .orShould(ACCESS_STANDARD_STREAMS)
        .check(CLASSES);
  }
}
