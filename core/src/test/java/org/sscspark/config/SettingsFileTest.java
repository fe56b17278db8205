package org.sscspark.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.Config;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kind: a setting that was written down and is not read. */
class SettingsFileTest {
  @TempDir Path directory;

  private Path write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Config parse(String name) {
    return SettingsFile.parse(SettingsSource.LOCAL, directory.resolve(name).toString()).resolve();
  }

  private void assertRefused(String name, String... words) {
    assertThatThrownBy(() -> parse(name))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("\n");
  }

  @Test
  void anIncludeIsRelativeToItsFileHoweverDeep() throws IOException {
    write("a/x.conf", "include \"../b/y\"\ntrain.batch = 64\n");
    write("b/y.conf", "include \"c/z.json\"\ntrain { batch = 32, epochs = ${n} }\nn = 7");
    write("b/c/z.json", "{\"train\": {\"l2\": 0.5, \"batch\": 16}}");
    Config config = parse("a/x.conf");
    assertThat(config.getInt("train.batch")).isEqualTo(64);
    assertThat(config.getInt("train.epochs")).isEqualTo(7);
    assertThat(config.getDouble("train.l2")).isEqualTo(0.5);
  }

  /** Kind: a server instead of a file. */
  @Test
  void whatAServerDoesNotGiveIsNamedInWords() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", SettingsFileTest::answer);
    server.start();
    String at = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    write("x.conf", "include url(\"" + at + "good.conf\")");
    write("gone.conf", "include url(\"" + at + "404.conf\")");
    write("ill.conf", "include url(\"" + at + "500.conf\")");
    write("cut.conf", "include url(\"" + at + "latin.conf\")");
    try {
      assertThat(parse("x.conf").getInt("a")).isEqualTo(1);
      assertRefused("gone.conf", "gone.conf includes \"" + at, "which is not there");
      assertRefused("ill.conf", "Cannot read settings file " + at + "500.conf: ", "500");
      assertRefused("cut.conf", "latin.conf: it is not UTF-8 text");
    } finally {
      server.stop(0);
    }
    assertRefused("x.conf", "Cannot read settings file " + at + "good.conf: Connection refused");
    // Longer than a label may be: no resolver finds it, not even one that finds every name.
    String host = "x".repeat(64) + ".invalid";
    write("host.conf", "include url(\"http://" + host + "/a.conf\")");
    assertRefused("host.conf", "a.conf: there is no host " + host);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String name = exchange.getRequestURI().getPath();
    int code = name.matches("/\\d+.conf") ? Integer.parseInt(name.substring(1, 4)) : 200;
    byte[] text =
        (name.equals("/latin.conf") ? "a = \u00e9" : "a = 1").getBytes(StandardCharsets.ISO_8859_1);
    exchange.sendResponseHeaders(code, text.length);
    exchange.getResponseBody().write(text);
    exchange.close();
  }

  /** Kind: bytes that are no text; replaced letter by letter, a setting would be another one. */
  @Test
  void aFileOfAnotherEncodingIsRefused() throws IOException {
    Files.write(
        directory.resolve("x.conf"), "model.name = \u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertRefused("x.conf", "Cannot read settings file ", "x.conf: it is not UTF-8 text");
  }

  @Test
  void anIncludeInASectionBelongsToIt() throws IOException {
    write("x.conf", "train { include file(\"" + directory.resolve("y.properties") + "\") }");
    write("y.properties", "schedule.kind=step\n");
    assertThat(parse("x.conf").getString("train.schedule.kind")).isEqualTo("step");
  }

  @Test
  void aMissingIncludeNamesItselfItsFileAndWhereItWasLookedFor() throws IOException {
    write("a/x.conf", "train.batch = 64\ninclude \"../base.conf\"\n");
    assertRefused(
        "a/x.conf",
        "Settings file " + directory.resolve("a/x.conf") + " includes \"../base.conf\"",
        "looked for " + directory.resolve("base.conf"));
    write("a/x.conf", "include \"base\"");
    assertRefused("a/x.conf", directory.resolve("a/base.conf") + ", ", "a/base.properties");
    write("a/x.conf", "include file(\"/no/such.conf\")");
    assertRefused("a/x.conf", "looked for /no/such.conf");
    write("a/x.conf", "include classpath(\"no-such.conf\")");
    assertRefused(
        "a/x.conf",
        "Settings file " + directory.resolve("a/x.conf") + " includes classpath(\"no-such.conf\")",
        "put it there, or include a file by its path");
    write("a/x.conf", "include url(\"file:" + directory.resolve("none.conf") + "\")");
    assertRefused("a/x.conf", "looked for " + directory.resolve("none.conf"));
  }

  /** Kind: an include that is not there, and is left out without a word. */
  @Test
  void aMissingIncludeIsFoundInsideAResourceOfTheClassPath() throws IOException {
    write("x.conf", "include classpath(\"org/sscspark/config/including.conf\")");
    assertThat(parse("x.conf").getInt("train.epochs")).isEqualTo(160);
    write("x.conf", "include classpath(\"org/sscspark/config/including-nothing.conf\")");
    assertRefused(
        "x.conf",
        "includes classpath(\"org/sscspark/config/no-such.conf\"), which is not on the class path");
  }

  @Test
  void aMissingIncludeIsFoundInsideAnInclude() throws IOException {
    write("x.conf", "include \"sub/y.conf\"");
    write("sub/y.conf", "include \"z.conf\"");
    assertRefused(
        "x.conf",
        "Settings file " + directory.resolve("sub/y.conf") + " includes \"z.conf\"",
        "looked for " + directory.resolve("sub/z.conf"));
  }

  @Test
  void aCircleAndAFolderAreRefused() throws IOException {
    write("x.conf", "include \"y.conf\"");
    write("y.conf", "include \"x.conf\"");
    assertRefused("x.conf", "y.conf includes ", "x.conf, which includes it again");
    Files.createDirectory(directory.resolve("folder.conf"));
    write("x.conf", "include \"folder.conf\"");
    assertRefused("x.conf", "folder.conf: it is not a file");
    assertRefused("folder.conf", "it is not a file");
  }

  @Test
  void aMistakeInAnIncludeNamesItsFileAndLine() throws IOException {
    write("x.conf", "include \"y.conf\"");
    write("y.conf", "train.batch = 1\ntrain { epochs\n");
    assertRefused("x.conf", "Cannot read settings file " + directory.resolve("y.conf") + ": ");
    write("y.conf", "train.batch = 1\ntrian.epochs = 1\n");
    assertThatThrownBy(
            () ->
                Settings.load(
                    Optional.of(directory.resolve("x.conf").toString()), List.of("train.epochs=2")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Unknown setting trian (" + directory.resolve("y.conf") + ": 2)");
  }

  /** As it is for a driver in a cluster: the files are on another machine. */
  @Test
  void aBundleHasAllFilesAndTheSameErrors() throws IOException {
    Path main = write("a/my file.conf", "include \"../y\"\ntrain.batch = 64\nclör = 1\n");
    write("y.conf", "train.epochs = 3");
    String name = main.toString();
    String encoded = SettingsBundle.of(SettingsSource.LOCAL, name).encoded();
    assertThat(encoded).matches("[A-Za-z0-9+/=]+");
    SettingsBundle bundle = SettingsBundle.decoded(encoded);
    assertThat(bundle.main()).isEqualTo(main.toUri());
    assertThat(bundle.files()).containsOnlyKeys(main.toUri(), directory.resolve("y.conf").toUri());
    Files.delete(main);
    Config config = SettingsFile.parse(bundle, name);
    assertThat(config.getInt("train.batch")).isEqualTo(64);
    assertThat(config.getInt("train.epochs")).isEqualTo(3);
    assertThatThrownBy(() -> Settings.load(bundle, Optional.of(name), List.of()))
        .hasMessageContaining("Unknown setting clör (" + name + ": 3)");
    assertThatThrownBy(() -> SettingsBundle.decoded(encoded.substring(0, 20)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("submit it again");
  }

  @Test
  void filesOfAnotherFileSystemIncludeTheirOwnSiblings() {
    SettingsSource remote =
        new SettingsBundle(
            URI.create("hdfs://h/conf/x.conf"),
            Map.of(
                URI.create("hdfs://h/conf/x.conf"), "include \"../base/y.conf\"",
                URI.create("hdfs://h/base/y.conf"), "density = 0.5"));
    Config config = SettingsFile.parse(remote, "hdfs://h/conf/x.conf");
    assertThat(config.getDouble("density")).isEqualTo(0.5);
    assertThatThrownBy(() -> SettingsFile.parse(remote, "hdfs://h/conf/none.conf"))
        .hasMessageContaining("hdfs://h/conf/none.conf: it does not exist");
  }
}
