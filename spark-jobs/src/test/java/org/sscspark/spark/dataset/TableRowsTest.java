package org.sscspark.spark.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.data.sharding.ShardingPlan;
import org.sscspark.report.Progress;
import org.sscspark.spark.LocalSpark;
import org.sscspark.storage.Sha256;

/** Kind: rows and columns as tables of users have them, as far as sharding plans with them. */
@ExtendWith(LocalSpark.class)
class TableRowsTest {
  private static Dataset<Row> table(
      JavaSparkContext spark, List<Row> rows, DataType label, String... names) {
    StructType schema =
        new StructType()
            .add(names[0], DataTypes.BinaryType)
            .add(names[1], label)
            .add(names[2], DataTypes.StringType);
    return SparkSession.builder()
        .sparkContext(spark.sc())
        .getOrCreate()
        .createDataFrame(rows, schema)
        .repartition(4);
  }

  private static Dataset<Row> table(JavaSparkContext spark, List<Row> rows, DataType label) {
    return table(spark, rows, label, "image", "label", "id");
  }

  private static ShardingPlan plan(
      JavaSparkContext spark, Dataset<Row> table, TableColumns columns) {
    TableSource source =
        TableSource.of(table, columns, new DatasetSource("dataframe", "a test", "", ""));
    return new ShardingJob(spark, source, Progress.SILENT)
        .plan(ShardingOptions.of("table", 5).withShards(2));
  }

  private static byte[] image(int seed) {
    return PlainPng.noise(5, 4, seed);
  }

  @Test
  void rowsWithoutALabelAreCountedInAllPartitions(JavaSparkContext spark) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      rows.add(RowFactory.create(image(i), i % 2 == 0 ? null : "cat", "row-" + i));
    }
    Dataset<Row> table = table(spark, rows, DataTypes.StringType);

    assertThatThrownBy(() -> plan(spark, table, TableColumns.of("image", "label").withId("id")))
        .isInstanceOf(BadInputException.class)
        .message()
        .contains("100 rows have no label that is a name or a whole number, as ['row-0', 'row-10'")
        .doesNotContain("more parts are bad");
    String first =
        Stream.iterate(0, i -> i + 2)
            .limit(100)
            .map(i -> Sha256.of(image(i)))
            .sorted()
            .toList()
            .get(0);
    assertThatThrownBy(() -> plan(spark, table, TableColumns.of("image", "label")))
        .isInstanceOf(BadInputException.class)
        .message()
        .contains("100 rows have no label", "as [one whose image has SHA-256 " + first + ", ");
  }

  @Test
  void rowsWithoutAnIdAreCounted(JavaSparkContext spark) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      rows.add(RowFactory.create(image(i), i % 2 == 0 ? "dog" : "cat", i < 5 ? null : "row-" + i));
    }
    Dataset<Row> table = table(spark, rows, DataTypes.StringType);
    assertThatThrownBy(() -> plan(spark, table, TableColumns.of("image", "label").withId("id")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("5 rows have no id; give an --id-column in which none is null");
    rows.set(7, RowFactory.create(image(7), "cat", "null"));
    rows.set(8, RowFactory.create(image(8), "cat", ""));
    List<Row> named = rows.subList(5, 60);
    assertThat(
            plan(
                    spark,
                    table(spark, named, DataTypes.StringType),
                    TableColumns.of("image", "label").withId("id"))
                .classes())
        .containsExactly("cat", "dog");
  }

  /** Beyond the numbers of 64 bits a double is not the label that it looks like. */
  @Test
  void labelsBeyondAllWholeNumbersAreNone(JavaSparkContext spark) {
    for (double label : new double[] {0x1p63, -0x1p64, 1e300, Double.NaN}) {
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        rows.add(RowFactory.create(image(i), i == 3 ? label : -0x1p62, "row-" + i));
      }
      Dataset<Row> table = table(spark, rows, DataTypes.DoubleType);
      assertThatThrownBy(() -> plan(spark, table, TableColumns.of("image", "label").withId("id")))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("1 rows have no label that is a name or a whole number");
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(RowFactory.create(image(i), i % 2 == 0 ? Long.MAX_VALUE : Long.MIN_VALUE, "" + i));
    }
    assertThat(
            plan(spark, table(spark, rows, DataTypes.LongType), TableColumns.of("image", "label"))
                .classes())
        .containsExactly("-9223372036854775808", "9223372036854775807");
  }

  /** Kind: whole numbers as Oracle and Parquet's unsigned numbers have them. */
  @Test
  void decimalsWithoutAFractionAreWholeNumbers(JavaSparkContext spark) {
    DataType decimal = DataTypes.createDecimalType(38, 0);
    BigDecimal beyond = new BigDecimal("9223372036854775808");
    TableColumns columns = TableColumns.of("image", "label").withId("id");
    assertThat(plan(spark, decimals(spark, decimal, "10", "9", "777"), columns).classes())
        .containsExactly("9", "10");
    assertThatThrownBy(
            () -> plan(spark, decimals(spark, decimal, "10", beyond + "", "777"), columns))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("have no label that is a name or a whole number");
    assertThatThrownBy(() -> plan(spark, decimals(spark, decimal, "10", "9", beyond + ""), columns))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("1 rows have no id; give an --id-column in which none is null, or");
    Dataset<Row> fractions = decimals(spark, DataTypes.createDecimalType(38, 2), "10", "9", "777");
    assertThatThrownBy(() -> plan(spark, fractions, columns))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Label column 'label' is of type decimal(38,2), expected strings or");
  }

  /** Labels in turn, and ids 0, 1, ... of which the last is another. */
  private static Dataset<Row> decimals(
      JavaSparkContext spark, DataType type, String even, String odd, String last) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(
          RowFactory.create(
              image(i),
              new BigDecimal(i % 2 == 0 ? even : odd),
              i == 19 ? new BigDecimal(last) : new BigDecimal(i)));
    }
    return SparkSession.builder()
        .sparkContext(spark.sc())
        .getOrCreate()
        .createDataFrame(
            rows,
            new StructType().add("image", DataTypes.BinaryType).add("label", type).add("id", type))
        .repartition(4);
  }

  @Test
  void anyNameOfAColumnIsUnderstood(JavaSparkContext spark) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(RowFactory.create(image(i), i % 2 == 0 ? "dog" : "cat", "row-" + i));
    }
    Dataset<Row> ticks = table(spark, rows, DataTypes.StringType, "im`age", "`", "a.`b`.c");
    assertThat(plan(spark, ticks, TableColumns.of("im`age", "`").withId("a.`b`.c")).classes())
        .containsExactly("cat", "dog");
    Dataset<Row> cases = table(spark, rows, DataTypes.StringType, "image", "label", "Label");
    assertThat(plan(spark, cases, TableColumns.of("image", "label").withId("Label")).classes())
        .containsExactly("cat", "dog");
    Dataset<Row> twice = table(spark, rows, DataTypes.StringType, "image", "label", "label");
    assertThatThrownBy(() -> plan(spark, twice, TableColumns.of("image", "label")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("The table has 2 columns 'label'; rename all but the label column");
  }
}
