package org.sscspark.spark.dataset;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.RangePartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.PassedOver;
import org.sscspark.data.raw.RawDescription;
import org.sscspark.data.sharding.ExamplePlace;
import org.sscspark.data.sharding.ImageOptions;
import org.sscspark.data.sharding.PartCount;
import org.sscspark.data.sharding.PartPlacement;
import org.sscspark.data.sharding.PlacedImage;
import org.sscspark.data.sharding.ShardingPlan;
import org.sscspark.data.sharding.SizeQuestion;
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

  private final JavaSparkContext spark;
  private final Dataset<Row> table;
  private final TableColumns columns;
  private final DatasetSource source;
  private final List<PassedOver> passedOver;

  /** The rows in order, once they are known. */
  private JavaPairRDD<RowKey, TableRow> sorted;

  private TableRows rows;

  private TableSource(
      JavaSparkContext spark,
      Dataset<Row> table,
      TableColumns columns,
      DatasetSource source,
      List<PassedOver> passedOver) {
    this.spark = spark;
    this.table = table;
    this.columns = columns;
    this.source = source;
    this.passedOver = passedOver;
  }

  /**
   * Prepares to read a table.
   *
   * @param source where the table comes from, for the data set's description
   * @throws BadInputException if it lacks a column, or a column has a type that cannot be read
   */
  public static TableSource of(Dataset<Row> table, TableColumns columns, DatasetSource source) {
    return of(table, columns, source, List.of());
  }

  /**
   * As the other, of a table in files.
   *
   * @param passedOver files that are no part of it
   */
  static TableSource of(
      Dataset<Row> table, TableColumns columns, DatasetSource source, List<PassedOver> passedOver) {
    columns.requireIn(table.schema());
    return new TableSource(
        JavaSparkContext.fromSparkContext(table.sparkSession().sparkContext()),
        table,
        columns,
        source,
        passedOver);
  }

  /** What is known of a table. */
  private record Description(
      DatasetSource source, Optional<List<String>> classes, Optional<FeatureShape> rawShape)
      implements RawDescription {}

  @Override
  public Survey survey(ImageOptions options, Progress progress) {
    Description description = new Description(source, Optional.empty(), columns.pixels());
    rows =
        new TableRows(
            TableImages.of(
                table.schema(), columns.image(), columns.pixels(), options.limits().bytes()),
            columns.hasNumbers(table.schema()),
            columns.id().isPresent());
    columns.id().ifPresent(id -> requireDistinct(table, id));
    sorted = sorted(table, columns, rows);
    SizeQuestion question = SizeQuestion.of(description, options);
    TableRows reading = rows;
    JavaPairRDD<RowKey, TableRow> all = sorted;
    List<TaskAnswer<TableCount>> answers =
        TaskProgress.during(
            spark,
            progress,
            "count",
            all.getNumPartitions(),
            "parts",
            () ->
                all.mapPartitions(
                        part ->
                            List.of(
                                    TaskAnswer.of(
                                        () ->
                                            TableCount.of(
                                                new TableRecords(part, reading),
                                                reading,
                                                question)))
                                .iterator())
                    .collect());
    List<TableCount> counted = TaskAnswer.values(answers);
    TableCount.requireComplete(counted);
    return new Survey(
        new Description(source, TableCount.classes(counted), columns.pixels()),
        withPassedOver(counted.stream().map(TableCount::count).toList()));
  }

  /** What lies beside the table belongs to the first part. */
  private List<PartCount> withPassedOver(List<PartCount> parts) {
    List<PartCount> all = new ArrayList<>(parts);
    PartCount first = parts.get(0);
    all.set(0, new PartCount(first.counts(), passedOver, first.sizes()));
    return all;
  }

  /** A join that doubles rows may give them labels of different classes. */
  private static void requireDistinct(Dataset<Row> table, String id) {
    Dataset<Row> ids = ExactRows.of(ColumnPlaces.select(table, List.of(id)));
    Column column = ColumnPlaces.column(ids, 0);
    List<Row> first =
        ids.filter(column.isNotNull())
            .groupBy(column)
            .agg(functions.count(column).as("rows"))
            .filter("rows > 1")
            .sort(column)
            .limit(1)
            .collectAsList();
    if (!first.isEmpty()) {
      Object value = first.get(0).get(0);
      throw new BadInputException(
          "Id '%s' is in the table twice; give an --id-column that tells rows apart"
              .formatted(value instanceof byte[] text ? ExactRows.text(text, "Id") : value));
    }
  }

  private static JavaPairRDD<RowKey, TableRow> sorted(
      Dataset<Row> table, TableColumns columns, TableRows rows) {
    List<String> chosen =
        Stream.concat(Stream.of(columns.image(), columns.label()), columns.id().stream()).toList();
    JavaPairRDD<RowKey, TableRow> keyed =
        ExactRows.of(ColumnPlaces.select(table, chosen))
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
            : ExactRows.of(ColumnPlaces.select(table, chosen.subList(1, chosen.size())))
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

  @Override
  public String item() {
    return "row";
  }

  @Override
  public JavaPairRDD<ExamplePlace, PlacedImage> placed(ShardingPlan plan) {
    TableRows reading = rows;
    ShardingPlan all = plan.forTasks();
    return JavaPairRDD.fromJavaRDD(
        sorted.zipPartitions(
            spark.parallelize(plan.parts(), plan.parts().size()),
            (part, planned) ->
                new PlacedPairs(
                    new PartPlacement(all, planned.next(), new TableRecords(part, reading)))));
  }
}
