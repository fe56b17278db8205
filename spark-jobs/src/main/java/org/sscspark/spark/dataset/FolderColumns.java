package org.sscspark.spark.dataset;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.PartitionPath;
import org.apache.spark.sql.execution.datasources.PartitionSpec;
import org.apache.spark.sql.execution.datasources.PartitioningAwareFileIndex;
import org.apache.spark.sql.types.DataTypes;
import org.sscspark.config.BadInputException;
import scala.collection.JavaConverters;

/** Columns of a table that are the names of its folders, as in {@code label=3/part.parquet}. */
final class FolderColumns {
  private static final Pattern WHOLE_NUMBER = Pattern.compile("0|-?[1-9][0-9]{0,18}");

  private FolderColumns() {}

  /**
   * Makes numbers of the columns whose values are all written as whole numbers are, so that they
   * are in the order of numbers; the others stay texts.
   *
   * @param table whose folders were read as texts
   * @throws BadInputException if files have such a column as well, which Spark passes over
   */
  static Dataset<Row> numbered(Dataset<Row> table) {
    Optional<HadoopFsRelation> files = files(table);
    if (files.isEmpty()) {
      return table;
    }
    requireOnce(files.get());
    PartitionSpec folders = folders(files.get());
    List<String> numbers = new ArrayList<>();
    for (int column = 0; column < folders.partitionColumns().size(); column++) {
      if (areWholeNumbers(folders, column)) {
        numbers.add(folders.partitionColumns().apply(column).name());
      }
    }
    if (numbers.isEmpty()) {
      return table;
    }
    String[] names = table.columns();
    Dataset<Row> placed = ColumnPlaces.named(table);
    Column[] columns = new Column[names.length];
    Arrays.setAll(
        columns,
        place -> {
          Column column = ColumnPlaces.column(placed, place);
          return (numbers.contains(names[place]) ? column.cast(DataTypes.LongType) : column)
              .as(names[place]);
        });
    return placed.select(columns);
  }

  private static void requireOnce(HadoopFsRelation files) {
    if (!files.overlappedPartCols().isEmpty()) {
      throw new BadInputException(
          "Column '%s' is in the table's files and in the names of their folders; write the table with it at one of these places"
              .formatted(files.overlappedPartCols().values().head().name()));
    }
  }

  /** The folders with the files of a table, as far as that is known. */
  static Optional<List<Path>> places(Dataset<Row> table, Path root) {
    return files(table)
        .map(
            files ->
                JavaConverters.seqAsJavaList(folders(files).partitions()).stream()
                    .map(PartitionPath::path)
                    .toList())
        .map(places -> places.isEmpty() ? List.of(root) : places);
  }

  private static Optional<HadoopFsRelation> files(Dataset<Row> table) {
    return table.queryExecution().analyzed() instanceof LogicalRelation relation
            && relation.relation() instanceof HadoopFsRelation files
            && files.location() instanceof PartitioningAwareFileIndex
        ? Optional.of(files)
        : Optional.empty();
  }

  private static PartitionSpec folders(HadoopFsRelation files) {
    return ((PartitioningAwareFileIndex) files.location()).partitionSpec();
  }

  private static boolean areWholeNumbers(PartitionSpec folders, int column) {
    for (PartitionPath folder : JavaConverters.seqAsJavaList(folders.partitions())) {
      InternalRow values = folder.values();
      if (!values.isNullAt(column) && !isLong(values.getUTF8String(column).toString())) {
        return false;
      }
    }
    return true;
  }

  /** Whether a text is what a number of 64 bits is written as. */
  private static boolean isLong(String text) {
    return WHOLE_NUMBER.matcher(text).matches() && new BigInteger(text).bitLength() < Long.SIZE;
  }
}
