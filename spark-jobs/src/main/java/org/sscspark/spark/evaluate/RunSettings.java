package org.sscspark.spark.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;
import org.sscspark.config.FlatJson;
import org.sscspark.report.Block;
import org.sscspark.report.Listing;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
import org.sscspark.training.MetricsJson;

/** The settings of some runs: first what differs, then what they have in common. */
final class RunSettings {
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
    List<List<String>> differing = new ArrayList<>();
    List<String> common = new ArrayList<>();
    for (String key : keys) {
      List<String> values = settings.stream().map(one -> one.getOrDefault(key, "")).toList();
      if (values.stream().distinct().count() > 1) {
        List<String> row = new ArrayList<>(values);
        row.add(0, key);
        differing.add(row);
      } else {
        common.add(key + " = " + values.get(0));
      }
    }
    List<Block> blocks = new ArrayList<>();
    if (!differing.isEmpty()) {
      List<Column> columns = new ArrayList<>();
      columns.add(Column.text("setting"));
      names.forEach(name -> columns.add(Column.text(name)));
      blocks.add(new Table(columns, differing));
    }
    blocks.add(new Listing(common));
    return blocks;
  }
}
