package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir private Path folder;

  /** Kind: a file that two wrote at once, with parts of both in it. */
  @Test
  void ofTwoWhoWriteAtOnceEachWritesAWholeFile() throws IOException {
    Path path = folder.resolve("report.html");
    OutputFile first = OutputFile.at(path.toString());
    OutputFile second = OutputFile.at(path.toString());

    first.write(
        out -> {
          out.write("first, ".repeat(5000).getBytes(StandardCharsets.UTF_8));
          out.flush();
          second.write("second");
          assertThat(path).hasContent("second");
          out.write("whole".getBytes(StandardCharsets.UTF_8));
        });

    assertThat(path).hasContent("first, ".repeat(5000) + "whole");
    assertThat(folder.toFile().list()).containsExactly("report.html");
    assertThat(Files.getPosixFilePermissions(path))
        .isEqualTo(
            Files.getPosixFilePermissions(Files.createFile(folder.resolve("an ordinary one"))));
  }

  @Test
  void whatFailsLeavesNothingAndTheEarlierFileStays() throws IOException {
    Path path = Files.writeString(folder.resolve("report.html"), "earlier");
    OutputFile file = OutputFile.at(path.toString());
    assertThatThrownBy(
            () ->
                file.write(
                    out -> {
                      out.write(1);
                      throw new IOException("no space");
                    }))
        .hasMessage("no space");
    assertThat(path).hasContent("earlier");
    assertThat(folder.toFile().list()).containsExactly("report.html");
  }
}
