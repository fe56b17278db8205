package org.sscspark.report;

import java.util.List;

/** Names and values, one a line: what was run, with what, on what. */
public record Facts(List<Fact> facts) implements Block {
  /** One line. */
  public record Fact(String name, String value) {}

  public Facts {
    facts = List.copyOf(facts);
  }

  /**
   * Facts from names and values in turn.
   *
   * @throws IllegalArgumentException if a value is missing
   */
  public static Facts of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "Facts need a value for every name, " + namesAndValues.length + " strings are odd");
    }
    Fact[] facts = new Fact[namesAndValues.length / 2];
    for (int i = 0; i < facts.length; i++) {
      facts[i] = new Fact(namesAndValues[2 * i], namesAndValues[2 * i + 1]);
    }
    return new Facts(List.of(facts));
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
