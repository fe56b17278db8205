package org.sscspark.report;

import java.util.List;

/** Names and values, one a line: what was run, with what, on what. */
public record Facts(List<Fact> facts) implements Block {
  /** One line. */
  public record Fact(String name, String value) {}

  public Facts {
    facts = List.copyOf(facts);
  }

  @Override
  public String html() {
    StringBuilder html = new StringBuilder("<dl class=\"facts\">\n");
    for (Fact fact : facts) {
      html.append("<dt>").append(Markup.escape(fact.name())).append("</dt><dd>");
      html.append(Markup.escape(fact.value())).append("</dd>\n");
    }
    return html.append("</dl>\n").toString();
  }
}
