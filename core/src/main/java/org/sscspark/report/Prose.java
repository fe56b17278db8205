package org.sscspark.report;

/** A paragraph of plain text. */
public record Prose(String text) implements Block {
  @Override
  public String html() {
    return "<p>" + Markup.escape(text) + "</p>\n";
  }
}
