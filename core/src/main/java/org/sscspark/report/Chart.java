package org.sscspark.report;

/** A picture of numbers, drawn as SVG whose colours follow the light or dark theme around it. */
public sealed interface Chart extends Block
    permits BarChart, HeatMap, LineChart, ParallelCoordinates {
  /** What the picture shows. */
  String title();

  /** The picture as an {@code svg} element, to be styled by the page around it. */
  String svg();

  @Override
  default String html() {
    return "<figure>\n<figcaption>"
        + Markup.escape(title())
        + "</figcaption>\n"
        + svg()
        + "</figure>\n";
  }
}
