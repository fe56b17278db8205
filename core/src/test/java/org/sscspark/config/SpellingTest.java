package org.sscspark.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {
  private static final List<String> COMMANDS = List.of("train", "shard", "evaluate", "inspect");

  @Test
  void findsInsertionsDeletionsReplacementsAndSwaps() {
    assertThat(Spelling.nearest("trains", COMMANDS)).contains("train");
    assertThat(Spelling.nearest("evalate", COMMANDS)).contains("evaluate");
    assertThat(Spelling.nearest("shart", COMMANDS)).contains("shard");
    assertThat(Spelling.nearest("rtain", COMMANDS)).contains("train");
  }

  @Test
  void suggestsNothingFarOff() {
    assertThat(Spelling.nearest("cat", COMMANDS)).isEmpty();
    assertThat(Spelling.suggestion("cat", COMMANDS))
        .isEqualTo("known are: evaluate, inspect, shard, train");
  }

  @Test
  void tiesGoToTheAlphabeticallyFirst() {
    assertThat(Spelling.nearest("bat", List.of("cat", "bar"))).contains("bar");
  }
}
