package org.sscspark.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.config.BadInputException;
import org.sscspark.data.raw.RawContent;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.data.raw.RawRecords;

/** The worked examples of docs/extending.md are these files, and they do what is said. */
class ExtendingTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("<!-- (core/src/test/\\S+) -->\n```\\w+\n(.*?)```", Pattern.DOTALL);

  @Test
  void theDocumentShowsTheFilesThatAreCompiled() throws IOException {
    Matcher examples =
        EXAMPLE.matcher(Files.readString(Path.of("../docs/extending.md")).replace("\r", ""));
    int found = 0;
    while (examples.find()) {
      String file = Files.readString(Path.of("..", examples.group(1)));
      assertThat(shown(file)).as(examples.group(1)).isEqualTo(shown(examples.group(2)));
      found++;
    }
    assertThat(found).isGreaterThanOrEqualTo(3);
  }

  /** Without imports, of which the document says nothing. */
  private static String shown(String file) {
    return file.replaceAll("(?m)^(package|import) .*\n", "").strip();
  }

  @Test
  void aFormatReadsItsFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), "cat,1,2,3,4\ndog,250,251,252,253\n");
    CsvImages images = new CsvImages(file.toString(), 2, 2);
    assertThat(images.count(new Configuration(false), images.parts().get(0)).images())
        .containsEntry("cat", 1L)
        .containsEntry("dog", 1L);
    List<RawRecord> records = new ArrayList<>();
    try (RawRecords read =
        images.open(new Configuration(false), images.parts().get(0), RawContent.IMAGES)) {
      read.forEachRemaining(records::add);
    }
    assertThat(records.get(1).image()).containsExactly(250, 251, 252, 253);
    Files.writeString(file, "cat,1,2,3\n");
    assertThatThrownBy(() -> images.count(new Configuration(false), images.parts().get(0)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("a.csv:1 has 4 fields");
  }
}
