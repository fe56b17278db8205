package org.sscspark.spark.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
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
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.report.Progress;
import org.sscspark.spark.LocalSpark;

@ExtendWith(LocalSpark.class)
class ParquetTableTest {
  private static final String INFERENCE = "spark.sql.sources.partitionColumnTypeInference.enabled";

  @TempDir private Path folder;

  private static SparkSession session(JavaSparkContext spark) {
    return SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
  }

  private Dataset<Row> read(JavaSparkContext spark, String name) {
    URI location = folder.resolve(name).toUri();
    return ParquetTable.at(new Configuration(), location, "--in").read(session(spark));
  }

  /** A table of a number of images of each label. */
  private static Dataset<Row> table(JavaSparkContext spark, int each, String... labels) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < each * labels.length; i++) {
      String label = labels[i % labels.length];
      rows.add(RowFactory.create(PlainPng.noise(5, 4, i), label, i));
    }
    return session(spark)
        .createDataFrame(
            rows,
            new StructType()
                .add("image", DataTypes.BinaryType)
                .add("label", DataTypes.StringType)
                .add("id", DataTypes.IntegerType));
  }

  private List<String> classes(JavaSparkContext spark, String name) throws IOException {
    TableSource source =
        TableSource.of(
            read(spark, name),
            TableColumns.of("image", "label").withId("id"),
            new DatasetSource("parquet", name, "", ""));
    ShardingJob job = new ShardingJob(spark, source, Progress.SILENT);
    return job.write(
            job.plan(ShardingOptions.of("table", 5).withShards(2)),
            folder.resolve("of-" + name).toUri())
        .classes();
  }

  private void writeByLabel(JavaSparkContext spark, String name, String... labels) {
    table(spark, 2, labels).write().partitionBy("label").parquet(folder.resolve(name).toString());
  }

  @Test
  void aPathIsNoPattern(JavaSparkContext spark) {
    table(spark, 1, "a").write().parquet(folder.resolve("glob").toString());
    List<String> names = List.of("gl[o]b", "{glob,x}", "gl*b", "gl?b", "gl\\ob", "a b%20c");
    for (int i = 0; i < names.size(); i++) {
      table(spark, i + 2, "a").write().parquet(folder.resolve("new").toString());
      assertThat(folder.resolve("new").toFile().renameTo(folder.resolve(names.get(i)).toFile()))
          .isTrue();
    }
    for (int i = 0; i < names.size(); i++) {
      assertThat(read(spark, names.get(i)).count()).as(names.get(i)).isEqualTo(i + 2);
    }
  }

  /** Spark makes numbers and dates of such names of folders unless it is told otherwise. */
  @Test
  void partitionsKeepTheirText(JavaSparkContext spark) throws IOException {
    writeByLabel(spark, "zeros", "01", "1", "2");
    writeByLabel(spark, "numbers", "10", "9", "-3");
    writeByLabel(spark, "mixed", "1.0", "1", "2026-01-01", "null");
    writeByLabel(spark, "large", "9223372036854775808", "5");
    String before = session(spark).conf().get(INFERENCE);

    assertThat(classes(spark, "zeros")).containsExactly("01", "1", "2");
    assertThat(classes(spark, "numbers")).containsExactly("-3", "9", "10");
    assertThat(classes(spark, "mixed")).containsExactly("1", "1.0", "2026-01-01", "null");
    assertThat(classes(spark, "large")).containsExactly("5", "9223372036854775808");
    assertThat(session(spark).conf().get(INFERENCE)).isEqualTo(before);
    DataType number = read(spark, "numbers").schema().apply("label").dataType();
    assertThat(number).isEqualTo(DataTypes.LongType);
  }
}
