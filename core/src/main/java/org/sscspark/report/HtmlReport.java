package org.sscspark.report;

import java.util.List;

/**
 * A page that needs nothing but itself: no script, no font, picture or style from elsewhere. It
 * reads on a screen, light or dark, and on paper.
 *
 * @param title what the page is about
 * @param subtitle one line below the title; may be empty
 * @param sections the parts of the page
 * @param footer one line at the end: what made the page
 */
public record HtmlReport(String title, String subtitle, List<Section> sections, String footer) {
  /** A part of the page. The first part may have an empty title. */
  public record Section(String title, List<Block> blocks) {
    public Section {
      blocks = List.copyOf(blocks);
    }

    /** A section of these blocks. */
    public static Section of(String title, Block... blocks) {
      return new Section(title, List.of(blocks));
    }
  }

  public HtmlReport {
    sections = List.copyOf(sections);
  }

  /** The page, to be written as UTF-8. */
  public String html() {
    StringBuilder html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n");
    html.append("<meta charset=\"utf-8\">\n");
    html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.append("<meta name=\"color-scheme\" content=\"light dark\">\n");
    html.append("<title>").append(Markup.escape(title)).append("</title>\n<style>\n");
    for (Stylesheet sheet : Stylesheet.values()) {
      html.append(sheet.text());
    }
    html.append("</style>\n</head>\n<body>\n<header>\n<h1>").append(Markup.escape(title));
    html.append("</h1>\n<p>").append(Markup.escape(subtitle)).append("</p>\n</header>\n<main>\n");
    for (Section section : sections) {
      html.append("<section>\n");
      if (!section.title().isEmpty()) {
        html.append("<h2>").append(Markup.escape(section.title())).append("</h2>\n");
      }
      section.blocks().forEach(block -> html.append(block.html()));
      html.append("</section>\n");
    }
    html.append("</main>\n<footer>").append(Markup.escape(footer));
    return html.append("</footer>\n</body>\n</html>\n").toString();
  }
}
