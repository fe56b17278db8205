package org.sscspark.spark.dataset;

import java.util.Iterator;
import java.util.Optional;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.data.raw.RawRecords;
import scala.Tuple2;

/** Rows in order, as records. */
final class TableRecords extends RawRecords {
  private final Iterator<Tuple2<RowKey, TableRow>> rows;
  private final TableRows words;
  private RowKey key;
  private TableRow content;

  TableRecords(Iterator<Tuple2<RowKey, TableRow>> rows, TableRows words) {
    this.rows = rows;
    this.words = words;
  }

  @Override
  protected Optional<RawRecord> read() {
    if (!rows.hasNext()) {
      return Optional.empty();
    }
    Tuple2<RowKey, TableRow> row = rows.next();
    key = row._1();
    content = row._2();
    return Optional.of(
        new RawRecord(
            key.className(), words.where(key, content), content.image(), content.problem()));
  }

  /** The key of the last record. */
  RowKey key() {
    return key;
  }

  /** What the row of the last record holds. */
  TableRow content() {
    return content;
  }

  @Override
  public void close() {
    // Spark closes what the rows come from.
  }
}
