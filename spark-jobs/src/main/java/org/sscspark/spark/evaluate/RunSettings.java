package org.sscspark.spark.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sscspark.config.FlatJson;
import org.sscspark.report.Block;
import org.sscspark.report.Listing;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
import org.sscspark.training.MetricsJson;

/** The settings of some runs: first what differs, then what they have in common. */
final class RunSettings {
  /** With more runs than this, a column for each does not fit onto a page. */
  private static final int MOST_COLUMNS = 4;

  private final List<String> names = new ArrayList<>();
  private final List<SortedMap<String, String>> settings = new ArrayList<>();

  RunSettings(List<ReportedRun> runs) {
    for (ReportedRun run : runs) {
      run.record()
          .ifPresent(
              record -> {
                names.add(run.name());
                settings.add(FlatJson.AS_TEXT.of(MetricsJson.read(record.configuration())));
              });
    }
  }

  /** As blocks of a report; none without settings. */
  List<Block> blocks() {
    if (settings.isEmpty()) {
      return List.of();
    }
    TreeSet<String> keys = new TreeSet<>();
    settings.forEach(one -> keys.addAll(one.keySet()));
    SortedMap<String, List<String>> differing = new TreeMap<>();
    List<String> common = new ArrayList<>();
    for (String key : keys) {
      List<String> values = settings.stream().map(one -> one.getOrDefault(key, "")).toList();
      if (values.stream().distinct().count() > 1) {
        differing.put(key, values);
      } else {
        common.add(key + " = " + values.get(0));
      }
    }
    List<Block> blocks = new ArrayList<>();
    if (!differing.isEmpty()) {
      blocks.add(table(differing));
    }
    blocks.add(new Listing(common));
    return blocks;
  }

  /** Runs side by side, or below each other if they are many, and more than settings. */
  private Table table(SortedMap<String, List<String>> differing) {
    List<String> keys = List.copyOf(differing.keySet());
    if (names.size() <= MOST_COLUMNS || names.size() < keys.size()) {
      return table(
          "setting", names, keys, (row, column) -> differing.get(keys.get(row)).get(column));
    }
    return table("run", keys, names, (row, column) -> differing.get(keys.get(column)).get(row));
  }

  private static Table table(String what, List<String> across, List<String> down, Cells cells) {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.text(what));
    across.forEach(title -> columns.add(Column.text(title)));
    List<List<String>> rows = new ArrayList<>();
    for (int row = 0; row < down.size(); row++) {
      List<String> line = new ArrayList<>();
      line.add(down.get(row));
      for (int column = 0; column < across.size(); column++) {
        line.add(cells.at(row, column));
      }
      rows.add(line);
    }
    return new Table(columns, rows);
  }

  private interface Cells {
    String at(int row, int column);
  }
}
