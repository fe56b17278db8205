package org.sscspark.report;

/** Escapes text for HTML and SVG. */
final class Markup {
  private Markup() {}

  /** The text such that it can stand in an element or in a quoted attribute. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(isAllowed(c) ? c : '\uFFFD');
      }
    }
    return escaped.toString();
  }

  /** XML has no way to write other control characters, not even escaped. */
  private static boolean isAllowed(char c) {
    return c >= ' ' || c == '\n' || c == '\t' || c == '\r';
  }
}
