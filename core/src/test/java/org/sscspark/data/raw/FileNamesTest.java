package org.sscspark.data.raw;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

  /** Kind: names that are read as UTF-8 twice, by which two classes become one. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void namesInATarAreReadAsUtf8Once(boolean attributes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<String> classes = List.of("MÃ¼nchen", "München", "köln", "kÃ¶ln" + "n".repeat(150), "rom");
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
      tar.setAddPaxHeadersForNonAsciiNames(attributes);
      tar.setLongFileMode(
          attributes ? TarArchiveOutputStream.LONGFILE_POSIX : TarArchiveOutputStream.LONGFILE_GNU);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      for (String name : classes) {
        // A time before 1970 is an attribute as well, of an entry whose name may be none.
        for (String file : List.of("é.png", "Ã©.png")) {
          TarArchiveEntry entry = new TarArchiveEntry(name + "/" + file);
          entry.setModTime(name.length() < 100 ? -1000 : 0);
          tar.putArchiveEntry(entry);
          tar.closeArchiveEntry();
        }
        TarArchiveEntry link = new TarArchiveEntry(name + "/linkÃ¼.png", TarConstants.LF_LINK);
        link.setModTime(name.length() < 100 ? -1000 : 0);
        link.setLinkName(name + "/Ã©.png");
        tar.putArchiveEntry(link);
        tar.closeArchiveEntry();
      }
    }
    Path tar = RawFixtures.write(folder.resolve("names.tar"), out.toByteArray());
    Configuration configuration = new Configuration();
    RawDataset raw = RawFormat.IMAGE_FOLDER.open(configuration, tar.toUri(), "");
    RawPart part = raw.parts().get(0);
    assertThat(raw.count(configuration, part).images())
        .containsOnlyKeys(classes)
        .allSatisfy((name, count) -> assertThat(count).isEqualTo(3));
    List<String> files = new ArrayList<>();
    raw.open(configuration, part, RawContent.LABELS)
        .forEachRemaining(record -> files.add(record.where().replaceAll(".*/", "")));
    assertThat(files).containsOnly("é.png", "Ã©.png", "linkÃ¼.png").hasSize(15);
  }

  /** Bytes that are no UTF-8 cannot be read under any encoding that is common today. */
  @Test
  void aNameInAnOldEncodingIsNamed() throws Exception {
    make("rom/a.png", "k\\366ln/a.png");

    assertThat(read("C.UTF-8")).contains("/k\uFFFDln cannot be opened", "or rename the file");
  }
}
