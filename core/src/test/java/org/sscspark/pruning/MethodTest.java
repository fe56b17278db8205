package org.sscspark.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sscspark.config.BadInputException;
import org.sscspark.config.CanonicalJson;
import org.sscspark.config.Settings;
import org.sscspark.config.UnknownNameException;
import org.sscspark.example.SmallestWeights;

class MethodTest {
  private record Chosen(Method method, List<Method> methods) {}

  private static List<PruningMethod> own() {
    return Method.all().stream()
        .map(Method::definition)
        .filter(method -> method.getClass().getPackageName().endsWith(".pruning.method"))
        .toList();
  }

  @Test
  void aMethodOfAnotherJarIsFound() {
    Method method = new Method("smallest");
    assertThat(method.definition()).isInstanceOf(SmallestWeights.class);
    assertThat(method.scores()).isTrue();
    assertThat(Method.all()).contains(method).hasSizeGreaterThan(16);
  }

  @Test
  void anUnknownNameIsAnErrorThatListsTheKnown() {
    assertThatThrownBy(() -> new Method("snap"))
        .isInstanceOf(UnknownNameException.class)
        .hasMessageStartingWith("There is no pruning method 'snap'; take one of ")
        .hasMessageContaining("dense, ssc, ")
        .hasMessageContaining("synflow");
  }

  @Test
  void settingsHoldNames() {
    Chosen chosen = new Chosen(new Method("snip"), List.of(Method.SSC, new Method("force")));
    assertThat(CanonicalJson.of(chosen))
        .isEqualTo("{\"method\":\"snip\",\"methods\":[\"ssc\",\"force\"]}");
    assertThat(bound(chosen, "method=dense")).isEqualTo(new Chosen(Method.DENSE, chosen.methods()));
    assertThatThrownBy(() -> bound(chosen, "methods=[ssc, snap]"))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("Setting methods[1] = \"snap\"")
        .hasMessageContaining("must be one of ")
        .hasMessageContaining("dense, ssc, ");
    assertThatThrownBy(() -> bound(chosen, "method=[snip]"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("must be a single value");
  }

  private static Chosen bound(Chosen chosen, String setting) {
    return Settings.of(chosen, List.of(setting)).bind(Chosen.class);
  }

  /**
   * The tables of docs/baselines.md are what the methods say of themselves, no more and no less.
   */
  @Test
  void everyMethodIsDocumentedAsItIs() throws IOException {
    List<String> rows;
    try (Stream<String> lines = Files.lines(Path.of("../docs/baselines.md"))) {
      rows =
          lines
              .dropWhile(line -> !line.startsWith("## Methods that score weights"))
              .takeWhile(line -> !line.startsWith("## What is held equal"))
              .filter(line -> line.startsWith("| `"))
              .toList();
    }
    assertThat(rows)
        .containsExactlyInAnyOrderElementsOf(own().stream().map(MethodTest::row).toList());
  }

  private static String row(PruningMethod method) {
    String row = "| `%s` | %s |".formatted(method.name(), method.summary());
    return row + method.accept(MethodTest::scoring, structure -> "");
  }

  private static String scoring(ScoringMethod scoring) {
    ScoringDefaults defaults = scoring.defaults();
    return " %s | %s | %s |".formatted(budget(defaults), defaults.steps(), images(scoring));
  }

  private static String budget(ScoringDefaults defaults) {
    return switch (defaults.budget()) {
      case GLOBAL -> "global";
      case UNIFORM -> "d in each layer";
      case ERK -> "ERK";
      case ERK_PLUS -> "ERK+";
      case SMART_RATIO -> "smart ratio";
      case GIVEN -> throw new AssertionError("No method's own");
    };
  }

  private static String images(ScoringMethod scoring) {
    ScoringDefaults defaults = scoring.defaults();
    if (!scoring.needsData()) {
      return "nothing";
    }
    if (defaults.amount() instanceof ScoringData.Amount.PerClass perClass) {
      return perClass.examples() + " images a class";
    }
    int images = ((ScoringData.Amount.Batches) defaults.amount()).batches() * defaults.chunk();
    return images + (defaults.steps() > 1 ? " new images a step" : " images");
  }
}
