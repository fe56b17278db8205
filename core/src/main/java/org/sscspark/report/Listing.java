package org.sscspark.report;

import java.util.List;

/** Short lines that stand on their own, such as settings; they may be set in columns. */
public record Listing(List<String> lines) implements Block {
  public Listing {
    lines = List.copyOf(lines);
  }

  @Override
  public String html() {
    return "<pre class=\"settings\">" + Markup.escape(String.join("\n", lines)) + "</pre>\n";
  }
}
