package org.sscspark.data.raw;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.config.BadInputException;

/**
 * File names with letters that the encoding of a process does not have, as under LC_ALL=POSIX. An
 * encoding cannot be changed once Java runs, so these tests start a Java each.
 */
class FileNamesTest {
  @TempDir private Path folder;

  /** Prints what is found in a folder of classes, or why nothing is. */
  static final class Reader {
    private Reader() {}

    public static void main(String[] arguments) throws IOException {
      PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
      Configuration configuration = new Configuration();
      try {
        RawDataset raw = RawFormat.IMAGE_FOLDER.open(configuration, URI.create(arguments[0]), "");
        for (RawPart part : raw.parts()) {
          out.println(raw.count(configuration, part).images());
          raw.open(configuration, part, RawContent.IMAGES)
              .forEachRemaining(record -> out.println(record.where() + record.problem()));
        }
      } catch (BadInputException e) {
        out.println(e.getMessage());
      }
    }
  }

  /** This JVM's own encoding may lack letters as well, so a shell makes files of these bytes. */
  private void make(String... names) throws IOException, InterruptedException {
    for (String name : names) {
      String script =
          "f=\"$1/$(printf '%s')\"; mkdir -p \"$(dirname \"$f\")\" && echo x > \"$f\""
              .formatted(name);
      Process shell =
          new ProcessBuilder("sh", "-c", script, "sh", folder.toString()).inheritIO().start();
      assertThat(shell.waitFor()).isZero();
    }
  }

  private String read(String encoding) throws IOException {
    ProcessBuilder java =
        new ProcessBuilder(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Reader.class.getName(),
                folder.toUri().toString()));
    java.environment().put("LC_ALL", encoding);
    java.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = java.start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void aClassWhoseNameCannotBeReadIsNamed() throws Exception {
    make("k\\303\\266ln/a.png", "paris/b.png");

    assertThat(read("POSIX"))
        .contains("/köln cannot be opened: this process reads file names as ")
        .contains("start it with LC_ALL=C.UTF-8 (executors with spark.executorEnv.LC_ALL=C.UTF-8)");
    assertThat(read("C.UTF-8")).contains("{köln=1}", "köln/a.png", "{paris=1}");
  }

  @Test
  void aFileWhoseNameCannotBeReadIsNamed() throws Exception {
    make("rom/\\303\\251.png", "paris/b.png");

    assertThat(read("POSIX")).contains("/rom/é.png cannot be opened: this process reads");
    assertThat(read("C.UTF-8")).contains("{rom=1}", "rom/é.png");
  }

  /** Bytes that are no UTF-8 cannot be read under any encoding that is common today. */
  @Test
  void aNameInAnOldEncodingIsNamed() throws Exception {
    make("rom/a.png", "k\\366ln/a.png");

    assertThat(read("C.UTF-8")).contains("/k\uFFFDln cannot be opened", "or rename the file");
  }
}
