package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InvalidClassException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kind: failures of libraries, whose own words do not say what to do. */
class KnownFailureTest {
  private static KnownFailure known(Throwable failure) {
    Optional<KnownFailure> known = KnownFailure.of(failure, List.of());
    assertThat(known).as("%s", failure).isPresent();
    assertThat(known.get().line()).hasLineCount(1);
    return known.get();
  }

  /** What Hadoop really says. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          hdfs:///runs/a         | write hdfs://HOST:8020/...
          hdfs://nosuch.invalid/ | No machine is named nosuch.invalid
          s3a://bucket/a         | --packages org.apache.hadoop:hadoop-aws:3.3.4
          s3://bucket/a          | write s3a://BUCKET/...
          gs://bucket/a          | no file system 'gs'
          """)
  void aLocationThatHadoopCannotReach(String location, String words) {
    try {
      FileSystem.get(URI.create(location), new Configuration())
          .exists(new org.apache.hadoop.fs.Path(location));
      throw new AssertionError("Hadoop reached " + location);
    } catch (IOException | RuntimeException e) {
      KnownFailure known = known(new IllegalStateException("wrapped", e));
      assertThat(known.isBadInput()).isTrue();
      assertThat(known.line()).contains(words);
    }
  }

  @Test
  void aNamenodeThatDoesNotAnswer() {
    String hadoops =
        "Call From a/10.0.0.1 to b:8020 failed on connection exception: java.net.ConnectException";
    assertThat(known(new ConnectException(hadoops)).line()).startsWith("Nothing answers at b:8020");
  }

  @Test
  void executorsOfAnotherSpark() {
    String javas = "org.apache.spark.scheduler.Task; local class incompatible: stream classdesc";
    KnownFailure known = known(new IllegalStateException(new InvalidClassException(javas)));
    assertThat(known.line())
        .contains("The cluster's Spark is not this driver's 3.5.", "SPARK_HOME");
    assertThat(known.isBadInput()).isTrue();
  }

  @Test
  void memoryThatRanOutNamesTheSetting() {
    KnownFailure driver = known(new IOException(new OutOfMemoryError("Java heap space")));
    assertThat(driver.line()).contains("its heap holds", "SSC_DRIVER_MEMORY=8g");
    assertThat(driver.isBadInput()).isFalse();
    String lost =
        "Job aborted due to stage failure: ExecutorLostFailure (executor 1 exited caused by one of"
            + " the running tasks) Reason: Command exited with code 52";
    assertThat(known(new IllegalStateException(lost)).line()).contains("--executor-memory 8g");
  }

  @Test
  void aFullDiskIsNamedAmongThePlacesOfTheCommand(@TempDir Path roomy) {
    // The kernel's own device is always full.
    IOException full = new IOException("No space left on device");
    Optional<KnownFailure> known =
        KnownFailure.of(full, List.of("train", "--out=" + roomy, "--data", "/proc/none"));
    assertThat(known.orElseThrow().line())
        .contains("full is the disk of", "/proc")
        .doesNotContain(roomy.toString());
  }

  /** As the local file system says it, of a name that nobody has given. */
  @ParameterizedTest
  @ValueSource(strings = {"", "Cannot write file:/my runs/a/run.json: "})
  void aFolderThatMayNotBeWrittenIsNamed(String before) {
    IOException denied = new IOException(before + "/my runs/a/.tmp-66-8d (Permission denied)");
    assertThat(known(new IllegalStateException("wrapped", denied)).line())
        .startsWith("Permission denied: nothing can be written in /my runs/a;");
  }

  /** As Spark and Parquet say it of files that were cut or changed. */
  @ParameterizedTest
  @ValueSource(strings = {"end", "length", "pages", "footer", "checksum"})
  void aDamagedParquetFileIsNamed(String damage, @TempDir Path folder) throws IOException {
    try (SparkSession session = SparkSession.builder().master("local[1]").getOrCreate()) {
      String table = folder.resolve("table").toString();
      session
          .range(0, 2000, 1, 2)
          .selectExpr("id", "sha2(string(id), 256) text")
          .write()
          .parquet(table);
      Path part;
      try (Stream<Path> files = Files.list(folder.resolve("table"))) {
        part = files.filter(file -> file.toString().endsWith(".parquet")).sorted().toList().get(1);
      }
      byte[] bytes = Files.readAllBytes(part);
      if (!damage.equals("checksum")) {
        // Hadoop's own, which other file systems than the local one do not have.
        Files.delete(part.resolveSibling("." + part.getFileName() + ".crc"));
      }
      switch (damage) {
        case "end" -> bytes[bytes.length - 1]++;
        case "length" -> bytes = Arrays.copyOf(bytes, bytes.length / 2);
        case "pages" -> Arrays.fill(bytes, 30, bytes.length / 2, (byte) 0xAB);
        default -> Arrays.fill(bytes, bytes.length - 60, bytes.length - 8, (byte) 0xAB);
      }
      Files.write(part, bytes);
      try {
        session.read().parquet(table).toJavaRDD().map(row -> row.getString(1)).collect();
        throw new AssertionError("Spark read a damaged file");
      } catch (Exception e) {
        KnownFailure known = known(e);
        String name =
            damage.equals("footer") ? "A Parquet file of the table" : part.getFileName().toString();
        assertThat(known.line())
            .contains(name + " is truncated or corrupt: fetch or write it again");
        assertThat(known.isBadInput()).isTrue();
      }
    }
  }

  /** As Spark says it of parts that were written by different programs. */
  @Test
  void filesOfOtherTypesAreNamed(@TempDir Path folder) {
    try (SparkSession session = SparkSession.builder().master("local[1]").getOrCreate()) {
      String table = folder.resolve("table").toString();
      session.range(3).selectExpr("string(id) label").coalesce(1).write().parquet(table);
      session.range(3).selectExpr("id label").coalesce(1).write().mode("append").parquet(table);
      StructType texts = new StructType().add("label", DataTypes.StringType);
      try {
        session.read().schema(texts).parquet(table).toJavaRDD().map(row -> row.get(0)).collect();
        throw new AssertionError("Spark read both");
      } catch (Exception e) {
        KnownFailure known = known(e);
        assertThat(known.line())
            .startsWith("The files of a table have other types than file:")
            .contains(
                table + "/part-0",
                "Column: [label], Expected: string, Found: INT64. Write all of them");
        assertThat(known.isBadInput()).isTrue();
      }
    }
  }

  @Test
  void anUnknownFailureIsLeftToItsOwnWords() {
    assertThat(KnownFailure.of(new IOException("disk\nfull"), List.of())).isEmpty();
  }
}
