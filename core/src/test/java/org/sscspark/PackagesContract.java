package org.sscspark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the packages of a module keep to. */
public abstract class PackagesContract {
  /** Functions of {@link Math} whose last bits Java leaves open. */
  private static final Set<String> APPROXIMATIONS =
      Set.of(
          "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "exp",
          "expm1", "log", "log10", "log1p", "pow", "cbrt", "hypot");

  private final String root;
  private final List<String> packages;
  private final JavaClasses all;

  /**
   * The packages of a module.
   *
   * @param root the package of all of them
   * @param packages their names below it, lowest first: a package uses only those before it
   * @param all the module's classes
   */
  protected PackagesContract(String root, List<String> packages, JavaClasses all) {
    this.root = root;
    this.packages = packages;
    this.all = all;
  }

  /** The classes below a package, without tests. */
  protected static JavaClasses imported(String root) {
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPackages(root);
  }

  /** The packages of these names, with those below them. */
  protected final String[] in(List<String> names) {
    return names.stream().map(name -> root + "." + name + "..").toArray(String[]::new);
  }

  @Test
  void everyClassIsInAKnownPackage() {
    classes().should().resideInAnyPackage(in(packages)).check(all);
  }

  @Test
  void aPackageUsesOnlyThoseBelowIt() {
    for (int i = 0; i + 1 < packages.size(); i++) {
      noClasses()
          .that()
          .resideInAPackage(root + "." + packages.get(i) + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(in(packages.subList(i + 1, packages.size())))
          .allowEmptyShould(true)
          .check(all);
    }
  }

  /** Also those that lie below one of the list, as {@code engine.lane} does. */
  @Test
  void noPackagesUseEachOther() {
    slices().matching(root + ".(**)").should().beFreeOfCycles().check(all);
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

  /** More are hard to tell apart where they are given: a record names them. */
  @Test
  void nothingTakesMoreThanSevenParameters() {
    assertThat(all)
        .filteredOn(each -> !each.isRecord() && !each.isEnum() && !isForeign(each))
        .flatExtracting(JavaClass::getCodeUnits)
        .filteredOn(unit -> !unit.getModifiers().contains(JavaModifier.SYNTHETIC))
        .allSatisfy(
            unit ->
                assertThat(unit.getRawParameterTypes())
                    .as(unit.getFullName())
                    .hasSizeLessThanOrEqualTo(7));
  }

  /** Whether its methods are functions of a library that is not written in Java. */
  private static boolean isForeign(JavaClass type) {
    return type.isInterface() && type.isAssignableTo("com.sun.jna.Library");
  }

  /**
   * Jackson writes properties that are methods in the order in which a Java process happens to list
   * them: two runs of the same seed would write different bytes.
   */
  @Test
  void propertiesThatAreMethodsHaveAnOrder() {
    assertThat(all)
        .filteredOn(
            each ->
                each.getMethods().stream()
                        .filter(method -> !isComponent(each, method))
                        .filter(method -> method.isAnnotatedWith(JsonProperty.class))
                        .count()
                    > 1)
        .allMatch(each -> each.isAnnotatedWith(JsonPropertyOrder.class));
  }

  /** The compiler may compute them otherwise than the interpreter, and on another processor. */
  @Test
  void resultsAreOfStrictMath() {
    assertThat(all)
        // Charts are looked at, and round marks are rounder with Math.
        .filteredOn(each -> !each.getPackageName().equals(root + ".report"))
        .flatExtracting(PackagesContract::used)
        .filteredOn(
            access ->
                access.getTargetOwner().isEquivalentTo(Math.class)
                    && APPROXIMATIONS.contains(access.getName()))
        .isEmpty();
  }

  /** In some locales digits are others, in names of files too. */
  @Test
  void formatsNameTheirLocale() {
    assertThat(all)
        .flatExtracting(PackagesContract::used)
        .filteredOn(access -> access.getTargetOwner().isEquivalentTo(String.class))
        .filteredOn(
            access -> access.getTarget().getFullName().contains(".format(java.lang.String,"))
        .isEmpty();
  }

  /** Error Prone refuses numbers in {@code formatted}, but not where it is a method reference. */
  @Test
  void formattedIsNoMethodReference() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".java")))
          .isNotEmpty()
          .allSatisfy(file -> assertThat(file).content().doesNotContain("::formatted"));
    }
  }

  /** The methods that a class calls, and those that it refers to, as {@code Math::log}. */
  private static List<JavaAccess<?>> used(JavaClass type) {
    List<JavaAccess<?>> used = new ArrayList<>(type.getMethodCallsFromSelf());
    used.addAll(type.getMethodReferencesFromSelf());
    return used;
  }

  private static boolean isComponent(JavaClass owner, JavaMethod method) {
    return owner.tryGetField(method.getName()).isPresent();
  }
}
