package org.sscspark.spark.dataset;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.RangePartitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.raw.RawDescription;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.data.raw.RawRecords;
import org.sscspark.data.sharding.ExamplePlace;
import org.sscspark.data.sharding.ImageOptions;
import org.sscspark.data.sharding.PartCount;
import org.sscspark.data.sharding.PartPlacement;
import org.sscspark.data.sharding.PlacedImage;
import org.sscspark.data.sharding.ShardingPlan;
import org.sscspark.data.sharding.SizeQuestion;
import org.sscspark.data.sharding.SizeSurvey;
import org.sscspark.network.FeatureShape;
import org.sscspark.report.Progress;
import scala.Tuple2;
import scala.math.Ordering;
import scala.reflect.ClassTag$;

/**
 * A table with a column of images and one of labels. Its rows are sorted, so the data set that
 * comes of it depends on what the rows hold and not on partitions or their order: by class and id
 * if there is a column of ids, as a path, else by class and the SHA-256 of the image. Nothing but
 * counts and a sample of keys reaches the driver.
 */
public final class TableSource implements RecordSource {
  private static final int SAMPLES_PER_PART = 60;
  private static final int NAMED = 5;

  private final JavaSparkContext spark;
  private final Dataset<Row> table;
  private final TableColumns columns;
  private final DatasetSource source;

  /** The rows in order, once they are known. */
  private JavaPairRDD<RowKey, TableRow> sorted;

  private TableRows rows;

  private TableSource(
      JavaSparkContext spark, Dataset<Row> table, TableColumns columns, DatasetSource source) {
    this.spark = spark;
    this.table = table;
    this.columns = columns;
    this.source = source;
  }

  /**
   * Prepares to read a table.
   *
   * @param source where the table comes from, for the data set's description
   * @throws BadInputException if it lacks a column, or a column has a type that cannot be read
   */
  public static TableSource of(Dataset<Row> table, TableColumns columns, DatasetSource source) {
    columns.requireIn(table.schema());
    return new TableSource(
        JavaSparkContext.fromSparkContext(table.sparkSession().sparkContext()),
        table,
        columns,
        source);
  }

  /** What is known of a table. */
  private record Description(
      DatasetSource source, Optional<List<String>> classes, Optional<FeatureShape> rawShape)
      implements RawDescription {}

  /** What a task learns of its rows; the classes by number are in the order of numbers. */
  private record Counted(PartCount count, TreeMap<Long, String> numbered) implements Serializable {}

  @Override
  public Survey survey(ImageOptions options, Progress progress) {
    Description description = new Description(source, Optional.empty(), columns.pixels());
    rows =
        new TableRows(
            TableImages.of(
                table.schema(), columns.image(), columns.pixels(), options.limits().bytes()),
            columns.hasNumbers(table.schema()),
            columns.id().isPresent());
    sorted = sorted(table, columns, rows);
    SizeQuestion question = SizeQuestion.of(description, options);
    TableRows reading = rows;
    JavaPairRDD<RowKey, TableRow> all = sorted;
    List<TaskAnswer<Counted>> answers =
        TaskProgress.during(
            spark,
            progress,
            "count",
            all.getNumPartitions(),
            "parts",
            () ->
                all.mapPartitions(
                        part ->
                            List.of(TaskAnswer.of(() -> count(part, reading, question))).iterator())
                    .collect());
    List<Counted> counted = TaskAnswer.values(answers);
    TreeMap<Long, String> numbered = new TreeMap<>();
    counted.forEach(part -> numbered.putAll(part.numbered()));
    return new Survey(
        new Description(
            source,
            numbered.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(numbered.values())),
            columns.pixels()),
        counted.stream().map(Counted::count).toList());
  }

  private static JavaPairRDD<RowKey, TableRow> sorted(
      Dataset<Row> table, TableColumns columns, TableRows rows) {
    Column[] chosen =
        Stream.concat(Stream.of(columns.image(), columns.label()), columns.id().stream())
            .map(name -> table.col("`" + name + "`"))
            .toArray(Column[]::new);
    JavaPairRDD<RowKey, TableRow> keyed =
        table
            .select(chosen)
            .toJavaRDD()
            .mapToPair(
                row -> {
                  TableRow content = rows.content(row);
                  return new Tuple2<>(rows.key(row, content), content);
                });
    // With ids the images need not be read to find out how keys are spread.
    JavaPairRDD<RowKey, TableRow> keys =
        columns.id().isEmpty()
            ? keyed
            : table
                .select(chosen[1], chosen[2])
                .toJavaRDD()
                .mapToPair(row -> new Tuple2<>(rows.keyWithoutImage(row), TableRow.unusable("")));
    RangePartitioner<RowKey, TableRow> ranges =
        new RangePartitioner<>(
            Math.max(1, keyed.getNumPartitions()),
            keys.rdd(),
            true,
            SAMPLES_PER_PART,
            Ordering.comparatorToOrdering(Comparator.<RowKey>naturalOrder()),
            ClassTag$.MODULE$.apply(RowKey.class));
    return keyed.repartitionAndSortWithinPartitions(ranges);
  }

  private static Counted count(
      Iterator<Tuple2<RowKey, TableRow>> part, TableRows rows, SizeQuestion question) {
    TreeMap<Long, String> numbered = new TreeMap<>();
    List<RowKey> unlabelled = new ArrayList<>();
    Records records = new Records(part, rows);
    TreeMap<String, Long> counts = new TreeMap<>();
    SizeSurvey sizes = SizeSurvey.none();
    long bad = 0;
    while (records.hasNext()) {
      RawRecord record = records.next();
      RowKey key = records.key();
      if (key.className().isEmpty()) {
        bad++;
        if (unlabelled.size() < NAMED) {
          unlabelled.add(key);
        }
        continue;
      }
      counts.merge(key.className(), 1L, Long::sum);
      if (rows.numbers()) {
        numbered.put(key.classNumber(), key.className());
      }
      if (question.isOpen(sizes)) {
        sizes = sizes.and(record);
      }
    }
    if (bad > 0) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%,d rows have no label that is a name or a whole number, as %s; leave them out of the table",
              bad,
              rows.whereUnlabelled(unlabelled)));
    }
    return new Counted(new PartCount(counts, List.of(), sizes), numbered);
  }

  @Override
  public String item() {
    return "row";
  }

  @Override
  public JavaPairRDD<ExamplePlace, PlacedImage> placed(ShardingPlan plan) {
    TableRows reading = rows;
    return sorted.mapPartitionsToPair(
        part ->
            new PlacedPairs(
                new PartPlacement(plan, TaskContext.getPartitionId(), new Records(part, reading))));
  }

  /** Rows as records. */
  private static final class Records extends RawRecords {
    private final Iterator<Tuple2<RowKey, TableRow>> rows;
    private final TableRows words;
    private RowKey key;

    Records(Iterator<Tuple2<RowKey, TableRow>> rows, TableRows words) {
      this.rows = rows;
      this.words = words;
    }

    @Override
    protected Optional<RawRecord> read() {
      if (!rows.hasNext()) {
        return Optional.empty();
      }
      Tuple2<RowKey, TableRow> row = rows.next();
      if (words.ids() && row._1().equals(key)) {
        throw new BadInputException(
            "Id '%s' is in the table twice; give an --id-column that tells rows apart"
                .formatted(key.id()));
      }
      key = row._1();
      return Optional.of(
          new RawRecord(
              key.className(), words.where(key, row._2()), row._2().image(), row._2().problem()));
    }

    /** The key of the last record. */
    RowKey key() {
      return key;
    }

    @Override
    public void close() {
      // Spark closes what the rows come from.
    }
  }
}
