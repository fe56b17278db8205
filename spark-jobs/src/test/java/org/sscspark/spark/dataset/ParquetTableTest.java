package org.sscspark.spark.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.report.Progress;
import org.sscspark.spark.LocalSpark;

@ExtendWith(LocalSpark.class)
class ParquetTableTest {
  private static final String INFERENCE = "spark.sql.sources.partitionColumnTypeInference.enabled";

  @TempDir private Path folder;
  private int made;

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

  private void move(String from, String to) throws IOException {
    Path target = folder.resolve(to);
    Files.createDirectories(target.getParent());
    Files.move(folder.resolve(from), target);
  }

  /** Writes a table of two rows in one file that has this name. */
  private void part(JavaSparkContext spark, String name) throws IOException {
    Path written = folder.resolve("written-" + made++);
    table(spark, 2, "a").coalesce(1).write().parquet(written.toString());
    try (Stream<Path> files = Files.list(written)) {
      Path part = files.filter(file -> file.toString().endsWith(".parquet")).findFirst().get();
      move(folder.relativize(part).toString(), name);
    }
  }

  private void assertRefused(JavaSparkContext spark, String name, String... words) {
    assertThatThrownBy(() -> read(spark, name))
        .isInstanceOf(BadInputException.class)
        .message()
        .contains(words)
        .hasLineCount(1);
  }

  /** Kind: parts of a table that Spark leaves out without a word; a layout a row. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          p.parquet 2020/q.parquet        | t/2020/q.parquet is in the folder of table
          k=a/p.parquet q.parquet         | t/q.parquet is in the folder of table
          p.parquet _temporary/0/q.parquet| t/_temporary is of a write that has not come to its end
          2020/p.parquet                  | t/2020/p.parquet
          _p.parquet                      | t has no Parquet file whose name
          a=1/p.parquet b=2/p.parquet     | t/a=1/p.parquet and file:
          x/a=1/p.parquet y/a=1/p.parquet | are not of the same columns
          """)
  void aPartThatWouldNotBeReadIsNamed(String parts, String words, JavaSparkContext spark)
      throws IOException {
    for (String name : parts.split(" ")) {
      part(spark, "t/" + name);
    }
    assertRefused(spark, "t", words);
  }

  /** Kind: as above, of which Spark leaves out none. */
  @Test
  void whatSparkReadsIsNoStray(JavaSparkContext spark) throws IOException {
    part(spark, "t/2026/k=a/p.parquet");
    part(spark, "t/2026/k=b/deep/q.parquet");
    assertThat(read(spark, "t").groupBy("k").count().collectAsList())
        .extracting(row -> row.get(0) + "=" + row.get(1))
        .containsExactlyInAnyOrder("a=2", "b=2");
  }

  /** Kind: as above. */
  @Test
  void anEmptyPartIsNamed(JavaSparkContext spark) throws IOException {
    part(spark, "t/part-0.parquet");
    Files.createFile(folder.resolve("t/part-1.PARQUET"));
    assertRefused(spark, "t", "t/part-1.PARQUET is empty", "write it again");
  }

  /** Kind: as above, where they can be meant to be left out. */
  @Test
  void hiddenPartsAreCounted(JavaSparkContext spark) throws IOException {
    part(spark, "hidden/part-0.parquet");
    part(spark, "hidden/_part-1.parquet");
    part(spark, "hidden/.old/part-2.parquet");
    ParquetTable table =
        ParquetTable.at(new Configuration(), folder.resolve("hidden").toUri(), "--in");
    assertThat(table.read(session(spark)).count()).isEqualTo(2);
    assertThat(table.passedOver())
        .singleElement()
        .matches(one -> one.count() == 2 && one.example().endsWith("hidden/.old/part-2.parquet"));
    ShardingJob job =
        new ShardingJob(
            spark,
            new ShardInput.Table(
                    folder.resolve("hidden").toUri(), TableColumns.of("image", "label"))
                .find(new Configuration(), ReadLimits.standard())
                .open(session(spark)),
            Progress.SILENT);
    assertThat(job.plan(ShardingOptions.of("table", 5)).passedOver()).isEqualTo(table.passedOver());
    // Files that a stream's log does not name are of writes that failed.
    part(spark, "stream/_spark_metadata/0.parquet");
    Files.createFile(folder.resolve("stream/left.parquet"));
    assertThat(
            ParquetTable.at(new Configuration(), folder.resolve("stream").toUri(), "--in")
                .passedOver())
        .isEmpty();
  }

  private void with(JavaSparkContext spark, String setting, ThrowingCallable test)
      throws Throwable {
    RuntimeConfig settings = session(spark).conf();
    settings.set(setting, true);
    try {
      test.call();
    } finally {
      settings.unset(setting);
    }
  }

  /** Kind: defaults of a cluster that change which rows there are, or what they hold. */
  @Test
  void damagedPartsAreNotLeftOut(JavaSparkContext spark) throws Throwable {
    part(spark, "t/part-0.parquet");
    part(spark, "t/part-1.parquet");
    Path cut = folder.resolve("t/part-1.parquet");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 100));
    with(
        spark,
        "spark.sql.files.ignoreCorruptFiles",
        () ->
            assertThatThrownBy(() -> read(spark, "t").toJavaRDD().count())
                .hasStackTraceContaining("part-1.parquet is not a Parquet file"));
  }

  /** Kind: as above. */
  @Test
  void partsThatAreGoneAreNotLeftOut(JavaSparkContext spark) throws Throwable {
    part(spark, "t/part-0.parquet");
    part(spark, "t/part-1.parquet");
    with(
        spark,
        "spark.sql.files.ignoreMissingFiles",
        () -> {
          Dataset<Row> table = read(spark, "t");
          Files.delete(folder.resolve("t/part-1.parquet"));
          assertThatThrownBy(() -> table.toJavaRDD().count())
              .hasStackTraceContaining("part-1.parquet");
        });
  }

  /** Kind: as above. */
  @Test
  void aSettingThatMakesTextsOfImagesIsNamed(JavaSparkContext spark) throws Throwable {
    part(spark, "t/part-0.parquet");
    String setting = "spark.sql.parquet.binaryAsString";
    with(spark, setting, () -> assertRefused(spark, "t", setting + " makes texts of all binary"));
  }

  /** Kind: a column that another one hides. */
  @Test
  void aColumnInFilesAndFoldersIsRefused(JavaSparkContext spark) throws IOException {
    part(spark, "both/label=7/p.parquet");
    assertRefused(spark, "both", "Column 'label' is in the table's files and in the names of");
    part(spark, "case/LABEL=7/p.parquet");
    assertRefused(spark, "case", "Column 'LABEL' is in the table's files");
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
