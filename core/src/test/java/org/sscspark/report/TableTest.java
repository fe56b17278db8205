package org.sscspark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sscspark.report.Table.Column;

class TableTest {
  private final Table table =
      new Table(
          List.of(Column.text("layer"), Column.number("kept")),
          List.of(List.of("conv1", "432"), List.of("a,\"b\"<i>", "1,024")),
          List.of("total", "1,456"));

  @Test
  void textAlignsWordsLeftAndNumbersRight() {
    assertThat(table.text())
        .isEqualTo(
            """
            layer      kept
            --------  -----
            conv1       432
            a,"b"<i>  1,024
            --------  -----
            total     1,456
            """);
  }

  @Test
  void csvQuotesWhatNeedsIt() {
    assertThat(table.csv())
        .isEqualTo(
            "layer,kept\r\nconv1,432\r\n\"a,\"\"b\"\"<i>\",\"1,024\"\r\ntotal,\"1,456\"\r\n");
  }

  @Test
  void markdownAlignsNumbersRightAndEscapesWhatWouldEndACell() {
    assertThat(table.markdown())
        .isEqualTo(
            """
            | layer | kept |
            | --- | ---: |
            | conv1 | 432 |
            | a,&quot;b&quot;&lt;i&gt; | 1,024 |
            | total | 1,456 |
            """);
    Table hostile = new Table(List.of(Column.text("a|b")), List.of());
    assertThat(hostile.markdown()).startsWith("| a\\|b |\n");
  }

  @Test
  void htmlEscapesEveryCell() {
    assertThat(table.html())
        .contains("<td>a,&quot;b&quot;&lt;i&gt;</td><td class=\"number\">1,024</td>")
        .doesNotContain("<i>");
    Table hostile = new Table(List.of(Column.text("<b>")), List.of());
    assertThat(hostile.html()).contains("<th>&lt;b&gt;</th>");
  }

  /** Kind: names of classes, which may hold anything, as parts of a line. */
  @Test
  void aCellWithALineBreakStaysInItsLine() {
    Table broken = new Table(List.of(Column.text("class")), List.of(List.of("a\r\nb\tc\u2028d")));
    assertThat(broken.text()).isEqualTo("class\n-------\na b c d\n");
    assertThat(broken.markdown()).endsWith("| a b c d |\n");
  }

  @Test
  void rejectsRowsOfAnotherWidth() {
    assertThatThrownBy(() -> new Table(List.of(Column.text("a")), List.of(List.of("1", "2"))))
        .hasMessage("Row [1, 2] has 2 cells, the table 1 columns");
  }
}
