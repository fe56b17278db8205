package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kind: a folder whose name Hadoop reads as another, so that data are lost at the next start. */
class HdfsFolderIT {
  @TempDir private Path directory;
  private int port;

  private Ended hdfs(String... arguments) throws Exception {
    return new Script("hdfs", directory, Duration.ofMinutes(5))
        .with("HDFS_FOLDER", folder().toString())
        .with("HDFS_PORT", Integer.toString(port))
        .with("HDFS_DATANODES", "1")
        .run(arguments);
  }

  private Path folder() {
    return directory.resolve("h d & <x>/hdfs");
  }

  @Test
  void dataOutliveARestartWhateverTheFolderIsCalled() throws Exception {
    Files.writeString(directory.resolve("a.txt"), "hello");
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    try {
      Ended started = hdfs("start");
      assertThat(started.exitCode()).as(started.err()).isZero();
      assertThat(hdfs("dfs", "-put", "a.txt", "/a.txt").exitCode()).isZero();
      hdfs("stop");
      assertThat(hdfs("start").exitCode()).isZero();
      assertThat(hdfs("dfs", "-cat", "/a.txt").out()).isEqualTo("hello");
    } finally {
      hdfs("stop");
    }
    assertThat(folder().resolve("namenode/current/VERSION")).exists();
    assertThat(directory.resolve("file:")).doesNotExist();
  }
}
