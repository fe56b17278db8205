package org.sscspark.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The style sheets of pages and pictures, which are resources of this package. */
enum Stylesheet {
  /** Colours, light and dark. */
  THEME("theme.css"),
  /** Pictures. */
  CHART("chart.css"),
  /** Pages, on screen and on paper. */
  PAGE("page.css");

  private final String text;

  Stylesheet(String resource) {
    try (InputStream in = Stylesheet.class.getResourceAsStream(resource)) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the style sheet " + resource, e);
    }
  }

  String text() {
    return text;
  }
}
