package org.sscspark.spark.predict;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** How a table is written. */
public enum TableFormat {
  PARQUET,
  /**
   * With a header; quotes are doubled in quotes, as in RFC 4180, and blanks stay. Null is nothing,
   * an empty text two quotes.
   */
  CSV,
  /** A document a line. */
  JSON;

  void write(Dataset<Row> table, String folder) {
    switch (this) {
      case PARQUET -> table.write().mode("append").parquet(folder);
      case CSV ->
          table
              .write()
              .mode("append")
              .option("header", true)
              .option("escape", "\"")
              .option("ignoreLeadingWhiteSpace", false)
              .option("ignoreTrailingWhiteSpace", false)
              .csv(folder);
      case JSON -> table.write().mode("append").option("ignoreNullFields", false).json(folder);
    }
  }
}
