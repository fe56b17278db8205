package org.sscspark.report;

/** A picture of numbers, drawn as SVG whose colours follow the light or dark theme around it. */
public sealed interface Chart extends Block
    permits BarChart, HeatMap, LineChart, ParallelCoordinates {
  /** What the picture shows. */
  String title();

  /** The picture as an {@code svg} element, to be styled by the page around it. */
  String svg();

  /** The picture as a file of its own. */
  default String file() {
    String svg = svg();
    int inside = svg.indexOf('>') + 1;
    return svg.substring(0, inside)
        + "<style>\n"
        + Stylesheet.THEME.text()
        + Stylesheet.CHART.text()
        + "svg { background: var(--paper); }\n</style>"
        + svg.substring(inside);
  }

  @Override
  default String html() {
    return "<figure>\n<figcaption>"
        + Markup.escape(title())
        + "</figcaption>\n"
        + svg()
        + "</figure>\n";
  }
}
