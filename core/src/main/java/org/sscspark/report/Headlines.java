package org.sscspark.report;

import java.util.List;

/** The few numbers that a reader came for, large. */
public record Headlines(List<Headline> headlines) implements Block {
  /**
   * One number.
   *
   * @param label what it is
   * @param value the number with its unit
   * @param note what to compare it with; may be empty
   */
  public record Headline(String label, String value, String note) {}

  public Headlines {
    headlines = List.copyOf(headlines);
  }

  @Override
  public String html() {
    StringBuilder html = new StringBuilder("<div class=\"headlines\">\n");
    for (Headline headline : headlines) {
      html.append("<div><span class=\"label\">").append(Markup.escape(headline.label()));
      html.append("</span><span class=\"value\">").append(Markup.escape(headline.value()));
      html.append("</span><span class=\"note\">").append(Markup.escape(headline.note()));
      html.append("</span></div>\n");
    }
    return html.append("</div>\n").toString();
  }
}
