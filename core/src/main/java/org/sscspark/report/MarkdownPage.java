package org.sscspark.report;

import org.sscspark.config.BadInputException;

/**
 * A page in Markdown of which a part is written by a program, between two comments on lines of
 * their own:
 *
 * <pre>
 * &lt;!-- tables: NAME --&gt;
 * &lt;!-- end of tables: NAME --&gt;
 * </pre>
 */
public final class MarkdownPage {
  private MarkdownPage() {}

  /**
   * The page with another text in its part of this name.
   *
   * @param where the page is, for the message
   * @throws BadInputException if the page has no such part, or several
   */
  public static String with(String page, String where, String name, String text) {
    String begin = "<!-- tables: " + name + " -->\n";
    String end = "<!-- end of tables: " + name + " -->\n";
    int from = page.indexOf(begin);
    int to = page.indexOf(end);
    if (from < 0 || to < from || page.lastIndexOf(begin) != from || page.lastIndexOf(end) != to) {
      throw new BadInputException(
          "%s has no place for the tables: give it, once, the lines '%s' and '%s'"
              .formatted(where, begin.strip(), end.strip()));
    }
    return page.substring(0, from + begin.length()) + "\n" + text + "\n" + page.substring(to);
  }
}
