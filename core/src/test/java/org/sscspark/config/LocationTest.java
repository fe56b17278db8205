package org.sscspark.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocationTest {
  private static String here(String path) {
    return Path.of(path).toAbsolutePath().normalize().toString();
  }

  @ParameterizedTest
  @CsvSource({
    "runs/a, runs/a",
    "runs/a/, runs/a",
    "./runs/../a, a",
    "file:runs/a, runs/a",
    "file:./a, a",
    "my runs/a#1?, my runs/a#1?",
    "file:my runs/100%, my runs/100%",
    "runs/a%20b, runs/a%20b",
    "file:runs/a%20b, runs/a b",
  })
  void aPathIsALocalFileRelativeToTheWorkingDirectory(String text, String path) {
    URI location = Location.of(text);
    assertThat(location.getScheme()).isEqualTo("file");
    assertThat(location.getPath()).isEqualTo(here(path));
    assertThat(Location.of(location.toString())).isEqualTo(location);
  }

  @ParameterizedTest
  @CsvSource({
    "file:/a/b, /a/b",
    "file:///a/b/, /a/b",
    "file://localhost/a, /a",
    "/, /",
  })
  void anAbsolutePathStaysWhereItIs(String text, String path) {
    assertThat(Location.of(text).getPath()).isEqualTo(path);
  }

  @ParameterizedTest
  @CsvSource({
    "hdfs://h:8020/runs/a, hdfs, h:8020, /runs/a",
    "hdfs://h/my runs/a, hdfs, h, /my runs/a",
    "hdfs://h/my%20runs/a, hdfs, h, /my runs/a",
    "hdfs://h/my runs/100%/a+b, hdfs, h, /my runs/100%/a+b",
    "hdfs://h/run#1?x, hdfs, h, /run#1?x",
    "hdfs:///a//, hdfs, , /a",
    "hdfs:/a, hdfs, , /a",
    "HDFS://Name/a, hdfs, Name, /a",
    "s3a://my_bucket/a b, s3a, my_bucket, /a b",
    "abfss://c@account.net/ä, abfss, c@account.net, /ä",
    "hdfs://h, hdfs, h, /",
  })
  void aUriKeepsItsPathWhateverIsInIt(String text, String scheme, String authority, String path) {
    URI location = Location.of(text);
    assertThat(location.getScheme()).isEqualTo(scheme);
    assertThat(location.getAuthority()).isEqualTo(authority);
    assertThat(location.getPath()).isEqualTo(path);
    assertThat(location.getRawQuery()).isNull();
    assertThat(location.getRawFragment()).isNull();
    assertThat(URI.create(location.toString())).isEqualTo(location);
  }

  @Test
  void aTildeThatNoShellHasSeenIsTheHome() {
    String home = System.getProperty("user.home");
    assertThat(Location.of("~/x").getPath()).isEqualTo(home + "/x");
    assertThat(Location.of("file:~/x").getPath()).isEqualTo(home + "/x");
    assertThat(Location.of("~").getPath()).isEqualTo(home);
    assertThat(Location.of("./~/x").getPath()).isEqualTo(here("~/x"));
    assertThat(Location.of("a~/x").getPath()).isEqualTo(here("a~/x"));
  }

  @ParameterizedTest
  @CsvSource({
    "~other/x, Location '~other/x': write the whole path",
    "file://target/x, 'write target/x or file:///target/x'",
    "hdfs:x, 'write hdfs://HOST/x, or ./hdfs:x for a file of this machine'",
    "run:1, ./run:1 for a file of this machine",
    "hdfs://a b/x, is no URI",
    "' ', Location is empty",
  })
  void whatNamesNoPlaceIsRefusedWithARightForm(String text, String words) {
    assertThatThrownBy(() -> Location.of(text))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(words)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "file:/a/b/x.conf, ../y.conf, file:/a/y.conf",
    "file:/a/b/x.conf, /y.conf, file:/y.conf",
    "hdfs://h/a/b/x.conf, ../y.conf, hdfs://h/a/y.conf",
    "hdfs://h/a/b/x.conf, /c d.conf, hdfs://h/c%20d.conf",
    "hdfs://h/a/x.conf, hdfs://i/y.conf, hdfs://i/y.conf",
  })
  void aSiblingIsRelativeToTheFileThatNamesIt(URI base, String text, URI expected) {
    assertThat(Location.sibling(base, text)).hasPath(expected.getPath());
    assertThat(Location.sibling(base, text).getAuthority()).isEqualTo(expected.getAuthority());
  }
}
