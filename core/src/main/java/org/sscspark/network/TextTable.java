package org.sscspark.network;

import java.util.ArrayList;
import java.util.List;

/** A table in aligned columns, for terminals. */
final class TextTable {
  private final List<List<String>> rows = new ArrayList<>();
  private final List<Integer> rightAligned;

  /**
   * Starts a table.
   *
   * @param rightAligned indices of the columns of numbers
   */
  TextTable(List<String> header, List<Integer> rightAligned) {
    rows.add(header);
    this.rightAligned = rightAligned;
  }

  void row(String... cells) {
    rows.add(List.of(cells));
  }

  /** The lines, each ended by a line feed. */
  String toText() {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String padding = " ".repeat(widths[i] - row.get(i).length());
        line.append(i == 0 ? "" : "  ");
        line.append(rightAligned.contains(i) ? padding + row.get(i) : row.get(i) + padding);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
