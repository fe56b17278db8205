package org.sscspark.report;

/** Text whose spaces and line breaks matter, such as a configuration. */
public record Listing(String text) implements Block {
  @Override
  public String html() {
    return "<pre>" + Markup.escape(text.strip()) + "</pre>\n";
  }
}
