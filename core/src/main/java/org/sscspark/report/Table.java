package org.sscspark.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A table of formatted cells, which a terminal, a spreadsheet and a browser can show.
 *
 * @param columns the columns from left to right
 * @param rows the cells of each row, one for each column
 * @param total a last row that sums up the others, or none
 */
public record Table(List<Column> columns, List<List<String>> rows, List<String> total)
    implements Block {
  private static final Pattern BREAK = Pattern.compile("\\R|\\p{Cntrl}");

  /** Where the cells of a column stand. */
  public enum Align {
    LEFT,
    RIGHT
  }

  /** A column's title and alignment. */
  public record Column(String title, Align align) {
    /** A column of words. */
    public static Column text(String title) {
      return new Column(title, Align.LEFT);
    }

    /** A column of numbers. */
    public static Column number(String title) {
      return new Column(title, Align.RIGHT);
    }
  }

  /**
   * Checks that the table is rectangular.
   *
   * @throws IllegalArgumentException if a row has more or fewer cells than there are columns
   */
  public Table {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    total = List.copyOf(total);
    for (List<String> row : rows) {
      requireWidth(columns, row);
    }
    if (!total.isEmpty()) {
      requireWidth(columns, total);
    }
  }

  /** A table without a total. */
  public Table(List<Column> columns, List<List<String>> rows) {
    this(columns, rows, List.of());
  }

  /** The table as aligned text; every line ends with a line feed. */
  public String text() {
    int[] widths = new int[columns.size()];
    for (List<String> row : everyRow()) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], oneLine(row.get(i)).length());
      }
    }
    StringBuilder text = new StringBuilder();
    appendText(text, widths, titles());
    appendRule(text, widths);
    rows.forEach(row -> appendText(text, widths, row));
    if (!total.isEmpty()) {
      appendRule(text, widths);
      appendText(text, widths, total);
    }
    return text.toString();
  }

  /** The table as comma-separated values (RFC 4180), with a line of titles. */
  public String csv() {
    return everyRow().stream()
        .map(row -> row.stream().map(Table::csvCell).collect(Collectors.joining(",")))
        .collect(Collectors.joining("\r\n", "", "\r\n"));
  }

  /** The table as GitHub's Markdown, with a line of titles; every line ends with a line feed. */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    appendMarkdown(text, titles());
    appendMarkdown(
        text,
        columns.stream().map(column -> column.align() == Align.RIGHT ? "---:" : "---").toList());
    rows.forEach(row -> appendMarkdown(text, row));
    if (!total.isEmpty()) {
      appendMarkdown(text, total);
    }
    return text.toString();
  }

  @Override
  public String html() {
    StringBuilder html = new StringBuilder("<div class=\"table\"><table>\n<thead>");
    appendHtml(html, "th", titles());
    html.append("</thead>\n<tbody>\n");
    rows.forEach(row -> appendHtml(html, "td", row));
    html.append("</tbody>\n");
    if (!total.isEmpty()) {
      html.append("<tfoot>");
      appendHtml(html, "td", total);
      html.append("</tfoot>\n");
    }
    return html.append("</table></div>\n").toString();
  }

  private List<List<String>> everyRow() {
    List<List<String>> every = new ArrayList<>();
    every.add(titles());
    every.addAll(rows);
    if (!total.isEmpty()) {
      every.add(total);
    }
    return every;
  }

  private List<String> titles() {
    return columns.stream().map(Column::title).toList();
  }

  private void appendText(StringBuilder text, int[] widths, List<String> row) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = oneLine(row.get(i));
      String padding = " ".repeat(widths[i] - cell.length());
      boolean right = columns.get(i).align() == Align.RIGHT;
      line.append(i == 0 ? "" : "  ");
      line.append(right ? padding + cell : cell + padding);
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  private static void appendRule(StringBuilder text, int[] widths) {
    for (int i = 0; i < widths.length; i++) {
      text.append(i == 0 ? "" : "  ").append("-".repeat(widths[i]));
    }
    text.append('\n');
  }

  private static void appendMarkdown(StringBuilder text, List<String> cells) {
    for (String cell : cells) {
      text.append("| ").append(Markup.escape(oneLine(cell)).replace("|", "\\|")).append(' ');
    }
    text.append("|\n");
  }

  private void appendHtml(StringBuilder html, String element, List<String> row) {
    html.append("<tr>");
    for (int i = 0; i < columns.size(); i++) {
      html.append('<').append(element);
      html.append(columns.get(i).align() == Align.RIGHT ? " class=\"number\">" : ">");
      html.append(Markup.escape(row.get(i))).append("</").append(element).append('>');
    }
    html.append("</tr>\n");
  }

  /** A name may hold anything, and a cell is a part of one line. */
  private static String oneLine(String cell) {
    return BREAK.matcher(cell).replaceAll(" ");
  }

  private static String csvCell(String cell) {
    boolean quoted = cell.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return quoted ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
  }

  private static void requireWidth(List<Column> columns, List<String> row) {
    if (row.size() != columns.size()) {
      throw new IllegalArgumentException(
          "Row " + row + " has " + row.size() + " cells, the table " + columns.size() + " columns");
    }
  }
}
