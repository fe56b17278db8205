package org.sscspark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.sscspark.report.LineChart.Point;
import org.sscspark.report.LineChart.Series;
import org.sscspark.report.LineChart.Style;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class ChartTest {
  private static Document parsed(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private static List<Element> elements(Document document, String tag, String style) {
    var nodes = document.getElementsByTagName(tag);
    return IntStream.range(0, nodes.getLength())
        .mapToObj(i -> (Element) nodes.item(i))
        .filter(e -> List.of(e.getAttribute("class").split(" ")).contains(style))
        .toList();
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  @Test
  void linesGoThroughTheirValues() throws Exception {
    LineChart chart =
        new LineChart(
            "Accuracy <per> epoch",
            Axis.linear("epoch", Axis.Format.WHOLE),
            Axis.linear("accuracy", Axis.Format.PERCENT),
            List.of(
                new Series(
                    "ssc",
                    0,
                    Style.SOLID,
                    List.of(new Point(0, 0), new Point(2, 0.5), new Point(4, 1))),
                new Series(
                    "gap", 1, Style.DASHED, List.of(new Point(0, 0.5), new Point(2, Double.NaN)))));
    Document svg = parsed(chart.svg());

    List<Element> marks = elements(svg, "circle", "c0");
    assertThat(marks).hasSize(3);
    double left = number(marks.get(0), "cx");
    double right = number(marks.get(2), "cx");
    double bottom = number(marks.get(0), "cy");
    double top = number(marks.get(2), "cy");
    assertThat(number(marks.get(1), "cx")).isEqualTo((left + right) / 2);
    assertThat(number(marks.get(1), "cy")).isEqualTo((top + bottom) / 2);
    assertThat(bottom).isGreaterThan(top);
    assertThat(elements(svg, "circle", "c1")).hasSize(1);
    assertThat(elements(svg, "path", "dashed").get(0).getAttribute("d")).doesNotContain("NaN");
    assertThat(elements(svg, "text", "name"))
        .extracting(Element::getTextContent)
        .containsExactly("ssc", "gap");
    assertThat(svg.getDocumentElement().getAttribute("aria-label"))
        .isEqualTo("Accuracy <per> epoch");
  }

  @Test
  void whereColoursRepeatMarksAndLinesDiffer() throws Exception {
    List<Point> points = List.of(new Point(1, 0.5), new Point(2, 1));
    LineChart chart =
        new LineChart(
            "Many",
            Axis.linear("epoch", Axis.Format.WHOLE),
            Axis.linear("accuracy", Axis.Format.PERCENT),
            List.of(
                new Series("first", 3, Style.POINTS, points),
                new Series("eleventh", 13, Style.POINTS, points),
                new Series("twelfth", 14, Style.SOLID, points)));
    Document svg = parsed(chart.svg());

    // Each with its mark in the legend.
    assertThat(elements(svg, "circle", "c3")).hasSize(6);
    assertThat(elements(svg, "circle", "again")).hasSize(5);
    assertThat(elements(svg, "path", "again")).hasSize(1);
    assertThat(elements(svg, "path", "c4")).hasSize(1);
  }

  /** Forty series, each of a low point and a high one. */
  private static Document forty(Style style) throws Exception {
    List<Point> points = List.of(new Point(1, 0.1), new Point(2, 0.9));
    return parsed(
        new LineChart(
                "Many",
                Axis.linear("epoch", Axis.Format.WHOLE),
                Axis.linear("accuracy", Axis.Format.PERCENT),
                IntStream.range(0, 40)
                    .mapToObj(i -> new Series("a method of a long name, " + i, i, style, points))
                    .toList())
            .svg());
  }

  /** Kind: more things beside each other than colours, of which two look the same. */
  @Test
  void asManySeriesAsThereAreMethodsLookUnlike() throws Exception {
    assertThat(elements(forty(Style.SOLID), "path", "line"))
        .extracting(path -> path.getAttribute("class"))
        .doesNotHaveDuplicates()
        .hasSize(40);
  }

  /** Kind: a picture of fixed size, of which a long legend leaves nothing, or less. */
  @Test
  void underALongLegendHigherValuesAreStillHigherAndInside() throws Exception {
    Document svg = forty(Style.POINTS);
    double height = number(svg.getDocumentElement(), "height");
    List<Element> marks = elements(svg, "circle", "c0");
    double low = number(marks.get(marks.size() - 2), "cy");
    double high = number(marks.get(marks.size() - 1), "cy");
    assertThat(low - high).isGreaterThan(50);
    assertThat(low).isLessThan(height);
    assertThat(svg.getDocumentElement().getAttribute("viewBox")).endsWith(" " + (int) height);
  }

  /** Kind: one value that has no place on an axis ends the whole report. */
  @Test
  void whatHasNoPlaceOnALogarithmicAxisIsToldBesideIt() throws Exception {
    LineChart chart =
        new LineChart(
            "Cost",
            Axis.logarithmic("multiply-adds", Axis.Format.LARGE),
            Axis.linear("accuracy", Axis.Format.PERCENT),
            List.of(
                new Series("ssc", 0, Style.POINTS, List.of(new Point(2e6, 0.5))),
                new Series("nothing", 1, Style.POINTS, List.of(new Point(0, 0.1)))));
    Document svg = parsed(chart.svg());
    // One of them in the legend.
    assertThat(elements(svg, "circle", "c0")).hasSize(2);
    assertThat(elements(svg, "circle", "c1")).hasSize(1);
    assertThat(elements(svg, "text", "tick"))
        .extracting(Element::getTextContent)
        .contains("1 point at 0, not on this axis");
  }

  /** Kind: a value that no line goes to is not drawn at all. */
  @Test
  void aPointThatNoLineGoesToIsMarked() throws Exception {
    Point gap = new Point(Double.NaN, Double.NaN);
    List<Point> faint =
        List.of(new Point(1, 0.1), gap, new Point(1, 0.2), new Point(2, 0.3), gap, new Point(2, 0));
    List<Point> many =
        IntStream.range(0, 30).mapToObj(i -> i == 28 ? gap : new Point(i, 0.5)).toList();
    LineChart chart =
        new LineChart(
            "Others",
            Axis.linear("epoch", Axis.Format.WHOLE),
            Axis.linear("accuracy", Axis.Format.PERCENT),
            List.of(
                new Series("other trials", 7, Style.FAINT, faint),
                new Series("long", 1, Style.SOLID, many)));
    Document svg = parsed(chart.svg());
    assertThat(elements(svg, "circle", "faint"))
        .extracting(Element::getTextContent)
        .containsExactly("other trials: 1, 10.00 %", "other trials: 2, 0.00 %");
    assertThat(elements(svg, "circle", "c1"))
        .extracting(Element::getTextContent)
        .containsExactly("long: 29, 50.00 %");
  }

  @Test
  void theLastLabelEndsInsideThePicture() throws Exception {
    LineChart chart =
        new LineChart(
            "Cost",
            Axis.logarithmic("multiply-adds", Axis.Format.LARGE),
            Axis.linear("accuracy", Axis.Format.PERCENT),
            List.of(
                new Series(
                    "ssc", 0, Style.SOLID, List.of(new Point(2e6, 0.5), new Point(5e7, 1)))));
    for (Element label : elements(parsed(chart.svg()), "text", "tick")) {
      double width = label.getTextContent().length() * Svg.CHARACTER_WIDTH;
      double right =
          switch (label.getAttribute("text-anchor")) {
            case "start" -> number(label, "x") + width;
            case "middle" -> number(label, "x") + width / 2;
            default -> number(label, "x");
          };
      assertThat(right).as(label.getTextContent()).isLessThanOrEqualTo(480);
    }
  }

  @Test
  void aChartWithoutValuesIsStillAPicture() throws Exception {
    LineChart chart =
        new LineChart(
            "Nothing",
            Axis.logarithmic("x", Axis.Format.NUMBER),
            Axis.linear("y", Axis.Format.NUMBER),
            List.of());
    assertThat(elements(parsed(chart.svg()), "line", "axis")).isNotEmpty();
    assertThat(chart.svg()).contains("Nothing measured yet");
  }

  @Test
  void barsAreAsLongAsTheirValues() throws Exception {
    BarChart chart =
        new BarChart(
            "Density",
            List.of(new BarChart.Bar("a & b", 0.25, "25 %"), new BarChart.Bar("c", 1, "100 %")),
            1);
    Document svg = parsed(chart.svg());
    List<Element> bars = elements(svg, "rect", "bar");
    double track = number(elements(svg, "rect", "track").get(0), "width");
    assertThat(number(bars.get(0), "width")).isEqualTo(track / 4);
    assertThat(number(bars.get(1), "width")).isEqualTo(track);
    assertThatThrownBy(() -> new BarChart("", List.of(new BarChart.Bar("a", 2, "")), 1))
        .hasMessage("Bar a must be in [0, 1.0], was 2.0");
    assertThat(BarChart.scaled("", List.of(new BarChart.Bar("a", 0, "0"))).svg()).contains("<rect");
  }

  @Test
  void cellsAreAsDarkAsTheirPartOfTheRow() throws Exception {
    HeatMap map =
        new HeatMap(
            "Confusion",
            "true",
            "predicted",
            List.of("cat", "a rather long name"),
            new long[][] {{3, 1}, {0, 0}});
    Document svg = parsed(map.svg());
    assertThat(elements(svg, "rect", "cell"))
        .extracting(cell -> cell.getAttribute("fill-opacity"))
        .containsExactly("0.87", "0.5", "0", "0");
    assertThat(elements(svg, "text", "figure"))
        .extracting(Element::getTextContent)
        .containsExactly("75", "25");
    assertThat(map.svg())
        .contains("a rather long\u2026", "cat \u2192 a rather long name: 1 (25.00 %)");
  }

  @Test
  void manyClassesBecomeOneImage() throws Exception {
    HeatMap map =
        new HeatMap("c", "true", "predicted", Collections.nCopies(200, "x"), new long[200][200]);
    Document svg = parsed(map.svg());
    assertThat(((Element) svg.getElementsByTagName("image").item(0)).getAttribute("href"))
        .startsWith("data:image/png;base64,");
    assertThat(map.svg().length()).isLessThan(10_000);
  }

  @Test
  void aMatrixMustBeSquare() {
    assertThatThrownBy(() -> new HeatMap("c", "r", "c", List.of("a", "b"), new long[2][3]))
        .hasMessage("c has 2 names, but 2 rows and 3 columns in row 0");
  }

  @Test
  void aLinePassesEveryAxisAtItsPlaceAndBelowWhereItHasNone() throws Exception {
    ParallelCoordinates.Scale axis =
        new ParallelCoordinates.Scale(
            "rate",
            List.of(
                new ParallelCoordinates.Mark(0, "low"), new ParallelCoordinates.Mark(1, "high")));
    ParallelCoordinates chart =
        new ParallelCoordinates(
            "c",
            List.of(axis, axis, axis),
            List.of(
                new ParallelCoordinates.Line(
                    "trial <1>", ParallelCoordinates.Style.STRONG, List.of(0.0, Double.NaN, 1.0))));
    Document svg = parsed(chart.svg());
    String[] places = elements(svg, "path", "c1").get(0).getAttribute("d").split("[ML ]");
    List<Element> axes = elements(svg, "line", "axis");
    double top = number(axes.get(0), "y1");
    double bottom = number(axes.get(0), "y2");
    assertThat(Double.parseDouble(places[2])).isEqualTo(bottom);
    assertThat(Double.parseDouble(places[4])).isGreaterThan(bottom);
    assertThat(Double.parseDouble(places[6])).isEqualTo(top);
    assertThat(chart.svg()).contains("trial &lt;1&gt;", "not set", "low", "high");
    assertThatThrownBy(
            () ->
                new ParallelCoordinates(
                    "c",
                    List.of(axis),
                    List.of(
                        new ParallelCoordinates.Line(
                            "l", ParallelCoordinates.Style.FAINT, List.of()))))
        .hasMessage("Line l has 0 places, the chart 1 axes");
  }
}
