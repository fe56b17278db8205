package org.sscspark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.sscspark.config.BadInputException;

class MarkdownPageTest {
  private static final String PAGE =
      """
      # Page

      <!-- tables: one -->
      old
      <!-- end of tables: one -->
      between
      <!-- tables: two -->
      <!-- end of tables: two -->
      """;

  @Test
  void onlyThePartOfTheNameIsReplacedAndTwiceIsAsOnce() {
    String once = MarkdownPage.with(PAGE, "page.md", "one", "| new |\n");
    assertThat(once)
        .isEqualTo(PAGE.replace("-->\nold\n", "-->\n\n| new |\n\n"))
        .isEqualTo(MarkdownPage.with(once, "page.md", "one", "| new |\n"));
    assertThat(MarkdownPage.with(PAGE, "page.md", "two", "text\n"))
        .startsWith(PAGE.substring(0, PAGE.indexOf("<!-- tables: two")))
        .endsWith("<!-- tables: two -->\n\ntext\n\n<!-- end of tables: two -->\n");
  }

  @Test
  void aPageWithoutThePlaceOrWithTwoIsRefused() {
    for (String page : new String[] {"# Page\n", "<!-- tables: three -->\n", PAGE + PAGE}) {
      assertThatThrownBy(() -> MarkdownPage.with(page, "page.md", "one", "text"))
          .isInstanceOf(BadInputException.class)
          .hasMessage(
              "page.md has no place for the tables: give it, once, the lines"
                  + " '<!-- tables: one -->' and '<!-- end of tables: one -->'");
    }
  }
}
