package org.sscspark.spark.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.Success$;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.data.raw.RawContent;
import org.sscspark.data.raw.RawDataset;
import org.sscspark.data.raw.RawFixtures;
import org.sscspark.data.raw.RawFormat;
import org.sscspark.data.raw.RawPart;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.data.raw.RawRecords;
import org.sscspark.data.raw.Synthetic;
import org.sscspark.data.sharding.ImageOptions;
import org.sscspark.data.sharding.LocalSharding;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.data.sharding.ShardingPlan;
import org.sscspark.network.FeatureShape;
import org.sscspark.report.Progress;
import org.sscspark.spark.LocalSpark;

@ExtendWith(LocalSpark.class)
class ShardingJobTest {
  private static final Synthetic RAW =
      new Synthetic(5000, 3, new FeatureShape(3, 8, 8), 9, "train");
  private static final ShardingOptions OPTIONS = ShardingOptions.of("gratings", 5).withShards(5);

  @TempDir private Path folder;

  private DatasetManifest shard(JavaSparkContext spark, RawDataset raw, String name)
      throws IOException {
    ShardingJob job = new ShardingJob(spark, raw, Progress.SILENT);
    return job.write(job.plan(OPTIONS), folder.resolve(name).toUri());
  }

  @Test
  void writesTheBytesThatOneThreadWrites(JavaSparkContext spark) throws IOException {
    DatasetManifest local =
        LocalSharding.write(new Configuration(), RAW, OPTIONS, folder.resolve("local").toUri());
    DatasetManifest onSpark = shard(spark, RAW, "spark");

    assertThat(onSpark).isEqualTo(local);
    for (int shard = 0; shard < 5; shard++) {
      String file = "shards/part-0000" + shard + ".parquet";
      assertThat(Files.readAllBytes(folder.resolve("spark").resolve(file)))
          .isEqualTo(Files.readAllBytes(folder.resolve("local").resolve(file)));
    }
    assertThat(names(folder.resolve("spark"))).containsExactly("dataset.json", "shards");
    assertThat(names(folder.resolve("spark/shards"))).hasSize(5);
    assertThat(names(folder)).containsExactly("local", "spark");
  }

  @Test
  void sparkReadsTheShardsAsParquet(JavaSparkContext spark) throws IOException {
    shard(spark, RAW, "out");

    SparkSession session = SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
    Dataset<Row> rows = session.read().parquet(folder.resolve("out/shards").toString());

    assertThat(rows.schema().simpleString()).isEqualTo("struct<id:bigint,label:int,image:binary>");
    assertThat(rows.count()).isEqualTo(5000);
    assertThat(rows.filter("length(image) = 192 and label = id % 3").count()).isEqualTo(5000);
  }

  @Test
  void aTaskThatFailsOnceChangesNothing(JavaSparkContext spark) throws IOException {
    DatasetManifest expected = shard(spark, RAW, "plain");

    assertThat(shard(spark, new FailingOnce(RAW), "retried")).isEqualTo(expected);
    assertThat(names(folder.resolve("retried"))).containsExactly("dataset.json", "shards");
  }

  /** A raw data set whose images are read in another way than those of the one within. */
  private interface Wrapped extends RawDataset {
    RawDataset raw();

    @Override
    default DatasetSource source() {
      return raw().source();
    }

    @Override
    default Optional<List<String>> classes() {
      return raw().classes();
    }

    @Override
    default Optional<FeatureShape> rawShape() {
      return raw().rawShape();
    }

    @Override
    default List<RawPart> parts() {
      return raw().parts();
    }
  }

  /** Every first attempt to read a part fails after some records. */
  private record FailingOnce(RawDataset raw) implements Wrapped {
    @Override
    public RawRecords open(Configuration configuration, RawPart part, RawContent content)
        throws IOException {
      if (content == RawContent.IMAGES && TaskContext.get().attemptNumber() == 0) {
        throw new IOException("Injected failure");
      }
      return raw.open(configuration, part, content);
    }
  }

  @Test
  void aCorruptImageIsNamedAndNothingIsLeft(JavaSparkContext spark) throws IOException {
    for (int i = 0; i < 10; i++) {
      Path file = folder.resolve("raw/class-" + i % 2 + "/" + i + ".png");
      Files.createDirectories(file.getParent());
      ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
    }
    Files.write(folder.resolve("raw/class-1/7.png"), "no image".getBytes(StandardCharsets.UTF_8));
    RawDataset raw =
        RawFormat.IMAGE_FOLDER.open(new Configuration(), folder.resolve("raw").toUri(), "");

    assertThatThrownBy(() -> shard(spark, raw, "out"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("class-1/7.png cannot be decoded (it is text");
    assertThat(names(folder)).containsExactly("raw");
  }

  /** Bad input is no failure of a task: it is said once, in the same words, and not tried again. */
  @Test
  void badInputIsSaidAsOneThreadSaysIt(JavaSparkContext spark) throws Exception {
    for (int i = 0; i < 40; i++) {
      byte[] file = i % 9 == 0 ? new byte[i] : PlainPng.noise(8, 8, i);
      RawFixtures.write(folder.resolve("raw/class-" + i % 2 + "/" + i + ".png"), file);
    }
    byte[] cut = RawFixtures.cifar(1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    RawFixtures.write(folder.resolve("cut/data_batch_1.bin"), Arrays.copyOf(cut, cut.length - 5));
    AtomicInteger failures = new AtomicInteger();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onTaskEnd(SparkListenerTaskEnd task) {
            if (!task.reason().equals(Success$.MODULE$)) {
              failures.incrementAndGet();
            }
          }
        };
    spark.sc().addSparkListener(listener);

    for (Map.Entry<String, RawFormat> input :
        Map.of("raw", RawFormat.IMAGE_FOLDER, "cut", RawFormat.CIFAR10).entrySet()) {
      RawDataset raw =
          input.getValue().open(new Configuration(), folder.resolve(input.getKey()).toUri(), "");
      Throwable local =
          catchThrowable(
              () ->
                  LocalSharding.write(
                      new Configuration(), raw, OPTIONS, folder.resolve("out").toUri()));
      assertThat(local).isInstanceOf(BadInputException.class);
      assertThatThrownBy(() -> shard(spark, raw, "out"))
          .isInstanceOf(BadInputException.class)
          .hasMessage(local.getMessage());
    }
    spark.sc().listenerBus().waitUntilEmpty();
    spark.sc().removeSparkListener(listener);
    assertThat(failures).hasValue(0);
  }

  @Test
  void leavesOutWhatOneThreadLeavesOut(JavaSparkContext spark) throws IOException {
    for (int i = 0; i < 60; i++) {
      byte[] file = i % 9 == 0 ? new byte[i] : PlainPng.noise(8, 8, i);
      RawFixtures.write(folder.resolve("raw/class-" + i % 2 + "/" + i + ".png"), file);
    }
    RawDataset raw =
        RawFormat.IMAGE_FOLDER.open(new Configuration(), folder.resolve("raw").toUri(), "");
    ShardingOptions skipping = OPTIONS.withImages(ImageOptions.pixels().skippingCorrupt());

    DatasetManifest local =
        LocalSharding.write(new Configuration(), raw, skipping, folder.resolve("a").toUri());
    ShardingJob job = new ShardingJob(spark, raw, Progress.SILENT);
    DatasetManifest onSpark = job.write(job.plan(skipping), folder.resolve("b").toUri());

    assertThat(onSpark).isEqualTo(local);
    assertThat(local.reading().leftOut()).isEqualTo(7);
    assertThat(Files.readString(folder.resolve("b/left-out.jsonl")))
        .isEqualTo(Files.readString(folder.resolve("a/left-out.jsonl")))
        .hasLineCount(7);
  }

  /** What may be otherwise when images are read than when they were counted. */
  private enum Change {
    ONE_IS_GONE,
    ONE_IS_OF_ANOTHER_CLASS,
    ONE_IS_IN_ANOTHER_PART
  }

  private record Changed(RawDataset raw, Change change) implements Wrapped {
    @Override
    public RawRecords open(Configuration configuration, RawPart part, RawContent content)
        throws IOException {
      if (content != RawContent.IMAGES) {
        return raw.open(configuration, part, content);
      }
      List<RawRecord> records = read(configuration, part);
      List<RawPart> parts = parts();
      if (part.equals(parts.get(0))) {
        RawRecord first = records.remove(0);
        if (change == Change.ONE_IS_OF_ANOTHER_CLASS) {
          String other = raw.classes().orElseThrow().get(2);
          assertThat(first.className()).isNotEqualTo(other);
          records.add(new RawRecord(other, first.where(), first.image(), first.problem()));
        }
      }
      if (change == Change.ONE_IS_IN_ANOTHER_PART && part.equals(parts.get(1))) {
        records.add(read(configuration, parts.get(0)).get(0));
      }
      Iterator<RawRecord> left = records.iterator();
      return new RawRecords() {
        @Override
        protected Optional<RawRecord> read() {
          return left.hasNext() ? Optional.of(left.next()) : Optional.empty();
        }

        @Override
        public void close() {
          // Read already.
        }
      };
    }

    private List<RawRecord> read(Configuration configuration, RawPart part) throws IOException {
      List<RawRecord> records = new ArrayList<>();
      try (RawRecords all = raw.open(configuration, part, RawContent.IMAGES)) {
        all.forEachRemaining(records::add);
      }
      return records;
    }
  }

  /** Else an id would be there twice, or a place stay empty. */
  @Test
  void imagesThatAreOthersThanThoseCountedAreRefused(JavaSparkContext spark) throws IOException {
    assertThat(RAW.parts()).hasSizeGreaterThan(2);
    for (Change change : Change.values()) {
      ShardingJob job = new ShardingJob(spark, new Changed(RAW, change), Progress.SILENT);
      ShardingPlan plan = job.plan(OPTIONS);

      Throwable refused = catchThrowable(() -> job.write(plan, folder.resolve("out").toUri()));

      assertThat(ExceptionUtils.getThrowableList(refused))
          .as(change.name())
          .hasAtLeastOneElementOfType(BadInputException.class);
      assertThat(refused).hasStackTraceContaining("do not change the files meanwhile");
      assertThat(names(folder)).isEmpty();
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
