package org.sscspark.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sscspark.report.HtmlReport.Section;
import org.sscspark.report.Table.Column;

class HtmlReportTest {
  private static final String HOSTILE = "<script>alert('&\"')</script>";

  @Test
  void everythingThatCallersGiveIsEscaped() {
    Table table =
        new Table(List.of(Column.text(HOSTILE)), List.of(List.of(HOSTILE)), List.of(HOSTILE));
    HtmlReport report =
        new HtmlReport(
            HOSTILE,
            HOSTILE,
            List.of(
                Section.of(
                    HOSTILE,
                    new Prose(HOSTILE),
                    new Listing(List.of(HOSTILE)),
                    new Facts(List.of(new Facts.Fact(HOSTILE, HOSTILE))),
                    new Headlines(List.of(new Headlines.Headline(HOSTILE, HOSTILE, HOSTILE))),
                    Row.of(
                        table,
                        BarChart.scaled(HOSTILE, List.of(new BarChart.Bar(HOSTILE, 1, HOSTILE)))),
                    new HeatMap(HOSTILE, HOSTILE, HOSTILE, List.of(HOSTILE), new long[][] {{1}}),
                    new LineChart(
                        HOSTILE,
                        Axis.linear(HOSTILE, Axis.Format.WHOLE),
                        Axis.linear(HOSTILE, Axis.Format.NUMBER),
                        List.of(
                            new LineChart.Series(
                                HOSTILE,
                                0,
                                LineChart.Style.SOLID,
                                List.of(new LineChart.Point(1, 1))))))),
            HOSTILE);
    String html = report.html();
    assertThat(html).doesNotContain("<script").doesNotContain("alert('");
    assertThat(html.split("&lt;script&gt;alert\\(&#39;&amp;&quot;&#39;\\)", -1))
        .hasSizeGreaterThan(20);
  }

  @Test
  void thePageNeedsNothingFromElsewhere() {
    HeatMap painted =
        new HeatMap("c", "r", "c", java.util.Collections.nCopies(30, "n"), new long[30][30]);
    String html = new HtmlReport("title", "", List.of(Section.of("s", painted)), "footer").html();
    assertThat(html).doesNotContain("@import", "<link", "<script", "url(", "src=");
    assertThat(html.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http:", "https:");
  }

  @Test
  void theSkeletonOfThePageIsStable() {
    String html =
        new HtmlReport("Title", "sub", List.of(Section.of("Part", new Prose("text"))), "end")
            .html();
    assertThat(html.replaceAll("(?s)<style>.*</style>", "<style></style>"))
        .isEqualTo(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Title</title>
            <style></style>
            </head>
            <body>
            <header>
            <h1>Title</h1>
            <p>sub</p>
            </header>
            <main>
            <section>
            <h2>Part</h2>
            <p>text</p>
            </section>
            </main>
            <footer>end</footer>
            </body>
            </html>
            """);
  }
}
