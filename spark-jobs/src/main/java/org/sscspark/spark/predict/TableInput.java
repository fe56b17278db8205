package org.sscspark.spark.predict;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.sscspark.data.PassedOver;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.network.NetworkSpec;
import org.sscspark.spark.dataset.ColumnPlaces;
import org.sscspark.spark.dataset.ExactRows;
import org.sscspark.spark.dataset.ParquetTable;
import org.sscspark.spark.dataset.TableImages;

/** The rows of a table. */
record TableInput(
    ParquetTable table, NetworkSpec network, ReadLimits limits, PredictColumns columns)
    implements PredictInput {
  private static final int IMAGE = 0;
  private static final int ID = 1;

  TableInput {
    columns
        .pixels()
        .ifPresentOrElse(
            shape -> PredictorPlan.requirePixels(network, shape, table.path().toString()),
            () -> PredictorPlan.requireFiles(network, table.path().toString()));
  }

  @Override
  public String words() {
    return "the rows of " + table.path();
  }

  @Override
  public boolean pixels() {
    return columns.pixels().isPresent();
  }

  @Override
  public List<PassedOver> passedOver() {
    return table.passedOver();
  }

  @Override
  public JavaRDD<RawRecord> open(SparkSession session) {
    Dataset<Row> rows = table.read(session);
    TableImages images =
        TableImages.of(rows.schema(), columns.image(), columns.pixels(), limits.bytes());
    String id = columns.id(rows.schema());
    Dataset<Row> chosen =
        ColumnPlaces.named(ColumnPlaces.select(rows, List.of(columns.image(), id)));
    Dataset<Row> texts =
        chosen.select(
            ColumnPlaces.column(chosen, IMAGE),
            ColumnPlaces.column(chosen, ID).cast(DataTypes.StringType));
    return ExactRows.of(texts)
        .toJavaRDD()
        .map(
            row ->
                images.read(
                    row, IMAGE, row.isNullAt(ID) ? null : ExactRows.text(row.getAs(ID), "Id")));
  }
}
