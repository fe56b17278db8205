package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs one of the scripts in submit/ as a user would, from a folder of its own. */
public final class Script {
  private final Path script;
  private final Path directory;
  private final Duration limit;
  private final Map<String, String> environment = new HashMap<>();

  /** A script of this name, which may take so long. */
  public Script(String name, Path directory, Duration limit) {
    this(named(name), directory, limit);
  }

  /** A script at this place. */
  public Script(Path script, Path directory, Duration limit) {
    this.script = script;
    this.directory = directory;
    this.limit = limit;
    environment.put("SSC_LOG_DIR", directory.resolve("logs").toString());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
  }

  /** Where the script of this name is, seen from any module. */
  static Path named(String name) {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("submit"))) {
      folder = folder.getParent();
    }
    return folder.resolve("submit").resolve(name);
  }

  /** Makes a program of this text, and the folders above it. */
  static Path executable(Path path, String text) throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Sets a variable of the script's environment. */
  public Script with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Starts it, and leaves it to the caller. */
  public Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out().toFile())
            .redirectError(err().toFile());
    builder.environment().remove("SPARK_HOME");
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Runs it to its end. */
  public Ended run(String... arguments) throws IOException, InterruptedException {
    Process process = start(arguments);
    if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
      // Asked first, so that it ends what it started.
      process.destroy();
      process.waitFor(10, TimeUnit.SECONDS);
      process.destroyForcibly();
    }
    String said = Files.readString(err()).replaceFirst("WARNING: Using incubator modules.*\\R", "");
    assertThat(process.isAlive()).as("%s took more than %s: %s", script, limit, said).isFalse();
    return new Ended(process.exitValue(), Files.readString(out()), said);
  }

  private Path out() {
    return directory.resolve("out");
  }

  private Path err() {
    return directory.resolve("err");
  }
}
