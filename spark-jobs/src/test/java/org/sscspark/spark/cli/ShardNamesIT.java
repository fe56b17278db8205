package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** File names with letters beyond ASCII, whatever the locale of the user and of executors. */
class ShardNamesIT {
  @TempDir private Path directory;

  /** The same images give the same data set under POSIX's locale as under one with UTF-8. */
  @Test
  void theLocaleOfTheUserDoesNotMatter() throws Exception {
    makeImages();

    assertThat(tables("POSIX", "local[1]", "one"))
        .contains("köln", "paris")
        .isEqualTo(tables("C.UTF-8", "local[1]", "two"));
  }

  @Test
  void theLocaleOfExecutorsDoesNotMatter() throws Exception {
    makeImages();
    ProcessCluster cluster = new ProcessCluster(directory);
    Ended started =
        cluster
            .script()
            .with("LC_ALL", "POSIX")
            .run(cluster.command("start", "--port", "0", "--datanodes", "0"));
    try {
      assertThat(started.exitCode()).as(started.err()).isZero();
      String master = started.out().replaceFirst("(?s).*(spark://127\\.0\\.0\\.1:\\d+).*", "$1");

      assertThat(tables("POSIX", master, "images")).contains("köln", "paris");
    } finally {
      cluster.stop();
    }
  }

  /** This JVM's own encoding may lack letters as well, so a shell makes the folders. */
  private void makeImages() throws IOException, InterruptedException {
    String script =
        "for class in paris \"$(printf 'k\\303\\266ln')\"; do mkdir -p \"raw/$class\"; "
            + "for i in 1 2 3; do printf 'BM\\072\\000\\000\\000\\000\\000\\000\\000\\066\\000\\000\\000"
            + "\\050\\000\\000\\000\\001\\000\\000\\000\\001\\000\\000\\000\\001\\000\\030\\000"
            + "\\000\\000\\000\\000\\004\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000"
            + "\\000\\000\\000\\000\\000\\000\\000\\000abc\\000' "
            + "> \"raw/$class/$(printf '\\303\\251')$i.bmp\"; done; done";
    Process shell =
        new ProcessBuilder("sh", "-c", script).directory(directory.toFile()).inheritIO().start();
    assertThat(shell.waitFor()).isZero();
  }

  /** The tables of classes and of shards, checksums among them. */
  private String tables(String locale, String master, String out) throws Exception {
    Ended ended =
        new Script("ssc", directory, Duration.ofMinutes(3))
            .with("LC_ALL", locale)
            .run(
                "shard",
                "--format",
                "image-folder",
                "--master",
                master,
                "--in",
                "raw",
                "--out",
                out);
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    return ended.out().substring(ended.out().indexOf("label"));
  }
}
