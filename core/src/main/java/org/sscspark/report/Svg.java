package org.sscspark.report;

import java.util.Locale;

/** Writes the few SVG elements that charts are made of. */
final class Svg {
  /** Where a text stands in relation to its point. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /** The width of a character of the charts' 12 px font, on average. */
  static final double CHARACTER_WIDTH = 7;

  private final StringBuilder svg = new StringBuilder();

  Svg(String title, double width, double height) {
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\" viewBox=\"0 0 ");
    svg.append(number(width)).append(' ').append(number(height));
    svg.append("\" width=\"").append(number(width)).append("\" height=\"").append(number(height));
    svg.append("\" aria-label=\"").append(Markup.escape(title)).append("\">\n");
  }

  void line(String style, double x1, double y1, double x2, double y2) {
    svg.append("<line class=\"").append(style).append('"');
    attribute("x1", x1).attribute("y1", y1).attribute("x2", x2).attribute("y2", y2);
    svg.append("/>\n");
  }

  /** A rectangle that tells what it is when pointed at. */
  void rectangle(
      String style, double x, double y, double width, double height, double opacity, String tip) {
    svg.append("<rect class=\"").append(style).append('"');
    attribute("x", x).attribute("y", y).attribute("width", width).attribute("height", height);
    if (opacity < 1) {
      svg.append(" fill-opacity=\"").append(number(opacity)).append('"');
    }
    close("rect", tip);
  }

  /** A circle that tells what it is when pointed at. */
  void circle(String style, double x, double y, double radius, String tip) {
    svg.append("<circle class=\"").append(style).append('"');
    attribute("cx", x).attribute("cy", y).attribute("r", radius);
    close("circle", tip);
  }

  /** A line through these points; a point that is not finite breaks it. */
  void path(String style, double[] x, double[] y) {
    svg.append("<path class=\"").append(style).append("\" d=\"");
    String command = "M";
    for (int i = 0; i < x.length; i++) {
      if (Double.isFinite(x[i]) && Double.isFinite(y[i])) {
        svg.append(command).append(number(x[i])).append(' ').append(number(y[i]));
        command = "L";
      } else {
        command = "M";
      }
    }
    svg.append("\"/>\n");
  }

  void text(String style, double x, double y, Anchor anchor, String text) {
    svg.append("<text class=\"").append(style).append('"');
    attribute("x", x).attribute("y", y);
    svg.append(" text-anchor=\"").append(anchor.name().toLowerCase(Locale.ROOT)).append("\">");
    svg.append(Markup.escape(text)).append("</text>\n");
  }

  /** A text read from bottom to top, its end at (x, y). */
  void upright(String style, double x, double y, String text) {
    svg.append("<text class=\"")
        .append(style)
        .append("\" text-anchor=\"start\" transform=\"translate(");
    svg.append(number(x)).append(' ').append(number(y)).append(") rotate(-60)\">");
    svg.append(Markup.escape(text)).append("</text>\n");
  }

  /** A picture of square cells, magnified without smoothing. */
  void image(double x, double y, double width, double height, String dataUri) {
    svg.append("<image class=\"cells\"");
    attribute("x", x).attribute("y", y).attribute("width", width).attribute("height", height);
    svg.append(" preserveAspectRatio=\"none\" href=\"").append(dataUri).append("\"/>\n");
  }

  String end() {
    return svg.append("</svg>\n").toString();
  }

  private void close(String element, String tip) {
    if (tip.isEmpty()) {
      svg.append("/>\n");
    } else {
      svg.append("><title>").append(Markup.escape(tip)).append("</title></");
      svg.append(element).append(">\n");
    }
  }

  private Svg attribute(String name, double value) {
    svg.append(' ').append(name).append("=\"").append(number(value)).append('"');
    return this;
  }

  /** A coordinate to a hundredth, without needless zeros. */
  static String number(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    int end = text.length();
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
  }
}
