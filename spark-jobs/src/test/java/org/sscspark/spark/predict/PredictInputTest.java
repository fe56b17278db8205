package org.sscspark.spark.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.config.BadInputException;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.data.raw.RawFixtures;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelSettings;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.spark.dataset.ShardInput;
import org.sscspark.spark.dataset.TableColumns;

/** What a location is taken for, before Spark starts. */
class PredictInputTest {
  private static final NetworkSpec NETWORK =
      ModelZoo.network(new ModelSettings("convnet", 1), new FeatureShape(3, 8, 8), 2);

  @TempDir private Path folder;

  private static PredictInput find(Path in, Optional<PredictColumns> columns) {
    return PredictInput.find(
        new Configuration(), in.toUri(), NETWORK, ReadLimits.standard(), columns);
  }

  private static void assertRefused(Path in, Optional<PredictColumns> columns, String... words) {
    assertThatThrownBy(() -> find(in, columns))
        .isInstanceOf(BadInputException.class)
        .message()
        .contains(words)
        .doesNotContain("\n");
  }

  @Test
  void aTableAmongImagesIsNamedWithThem() throws IOException {
    Path stray = folder.resolve("stray");
    RawFixtures.write(stray.resolve("cat/deep/1.png"), PlainPng.noise(8, 8, 1));
    RawFixtures.write(stray.resolve("old.parquet"), new byte[1]);
    assertRefused(stray, Optional.empty(), "old.parquet", "1.png", "a folder of their own");
    Path beside = folder.resolve("beside");
    RawFixtures.write(beside.resolve("label=1/part.parquet"), new byte[1]);
    RawFixtures.write(beside.resolve("2.jpg"), new byte[1]);
    assertRefused(beside, Optional.empty(), "part.parquet", "2.jpg");
    Path table = folder.resolve("table");
    RawFixtures.write(table.resolve("label=1/part.parquet"), new byte[1]);
    RawFixtures.write(table.resolve("_SUCCESS"), new byte[0]);
    RawFixtures.write(table.resolve("notes/readme.txt"), new byte[1]);
    RawFixtures.write(table.resolve(".hidden/1.png"), new byte[1]);
    assertThat(find(table, Optional.empty())).isInstanceOf(TableInput.class);
    assertThat(find(table.resolve("label=1/part.parquet"), Optional.empty()))
        .isInstanceOf(TableInput.class);
    RawFixtures.write(folder.resolve("upper/T.PARQUET"), new byte[1]);
    assertThat(find(folder.resolve("upper"), Optional.empty())).isInstanceOf(TableInput.class);
  }

  @Test
  void aDataSetIsNoTable() throws IOException {
    RawFixtures.write(folder.resolve("dataset.json"), new byte[] {'{', '}'});
    Optional<PredictColumns> columns =
        Optional.of(
            new PredictColumns("image", Optional.empty(), Optional.of(new FeatureShape(3, 8, 8))));
    assertRefused(
        folder,
        columns,
        folder.getFileName() + " is a data set; leave out",
        "--image-column, --id-column and --image-shape");
  }

  /**
   * Kind: folders of Parquet files of which a log says which are rows; and names that only seem so.
   */
  @Test
  void tablesWithALogOfTheirFilesAreRefused() throws IOException {
    Optional<PredictColumns> columns = Optional.of(PredictColumns.standard());
    RawFixtures.write(folder.resolve("delta/_delta_log/00000000000000000000.json"), new byte[1]);
    RawFixtures.write(folder.resolve("delta/a=1/part.snappy.parquet"), new byte[1]);
    RawFixtures.write(folder.resolve("hudi/.hoodie/hoodie.properties"), new byte[1]);
    RawFixtures.write(folder.resolve("hudi/2026/01/part.parquet"), new byte[1]);
    RawFixtures.write(folder.resolve("iceberg/metadata/v3.metadata.json"), new byte[1]);
    RawFixtures.write(folder.resolve("iceberg/data/a=1/b=2/part.parquet"), new byte[1]);
    RawFixtures.write(folder.resolve("catalog/metadata/00002-5f9c.gz.metadata.json"), new byte[1]);
    RawFixtures.write(folder.resolve("catalog/data/part.parquet"), new byte[1]);
    RawFixtures.write(folder.resolve("copied/.hoodie_partition_metadata"), new byte[1]);
    RawFixtures.write(folder.resolve("copied/part.parquet"), new byte[1]);
    Map<String, String> formats =
        Map.ofEntries(
            Map.entry("delta", "delta is a table of Delta Lake"),
            Map.entry("delta/a=1", "delta is a table of Delta Lake"),
            Map.entry("delta/a=1/part.snappy.parquet", "delta is a table of Delta Lake"),
            Map.entry("hudi", "hudi is a table of Hudi"),
            Map.entry("hudi/2026", "hudi is a table of Hudi"),
            Map.entry("hudi/2026/01", "hudi is a table of Hudi"),
            Map.entry("hudi/2026/01/part.parquet", "hudi is a table of Hudi"),
            Map.entry("copied", "copied is a table of Hudi"),
            Map.entry("iceberg", "iceberg is a table of Iceberg"),
            Map.entry("iceberg/data", "iceberg is a table of Iceberg"),
            Map.entry("iceberg/data/a=1/b=2/part.parquet", "iceberg is a table of Iceberg"),
            Map.entry("catalog", "catalog is a table of Iceberg"));
    formats.forEach(
        (name, words) -> {
          assertRefused(folder.resolve(name), columns, words, "files are not its rows");
          assertRefused(folder.resolve(name), Optional.empty(), words, "write what it holds as");
          ShardInput sharded =
              new ShardInput.Table(folder.resolve(name).toUri(), TableColumns.of("image", "label"));
          assertThatThrownBy(() -> sharded.find(new Configuration(), ReadLimits.standard()))
              .isInstanceOf(BadInputException.class)
              .hasMessageContaining(words);
        });
    RawFixtures.write(folder.resolve("plain/metadata/photos.metadata.json"), new byte[1]);
    RawFixtures.write(folder.resolve("plain/part.parquet"), new byte[1]);
    assertThat(find(folder.resolve("plain"), Optional.empty())).isInstanceOf(TableInput.class);
  }

  @Test
  void theOptionOfThisCommandIsNamed() {
    assertRefused(folder.resolve("none"), Optional.empty(), "none does not exist", "with --data");
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aPipeIsNoImage() throws IOException, InterruptedException {
    Path pipe = folder.resolve("pipe.png");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertRefused(pipe, Optional.empty(), "pipe.png is a special file");
    RawFixtures.write(folder.resolve("2.png"), PlainPng.noise(8, 8, 1));
    PredictInput found = find(folder, Optional.empty());
    assertThat(found.passedOver().toString()).contains("special file", "pipe.png");
  }
}
