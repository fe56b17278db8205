package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What submit/cluster does with one cluster, in a folder and at ports of its own. */
final class ProcessCluster {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final Pattern MASTER = Pattern.compile("spark://127\\.0\\.0\\.1:\\d+");

  private final Path directory;
  private final Path script;
  private final Map<String, String> environment;
  private final Thread lastResort = new Thread(this::stopUntested);

  /** The cluster that lives in a folder of this directory; nothing is started. */
  ProcessCluster(Path directory) {
    this(directory, Script.named("cluster"), Map.of());
  }

  /** As {@link #ProcessCluster(Path)}, by another copy of the script and in an environment. */
  ProcessCluster(Path directory, Path script, Map<String, String> environment) {
    this.directory = directory;
    this.script = script;
    this.environment = environment;
  }

  /** Where its logs and data are. */
  Path folder() {
    return directory.resolve("cluster");
  }

  /** The script, before it is told what to do. */
  Script script() {
    Script cluster = new Script(script, directory, LIMIT);
    environment.forEach(cluster::with);
    return cluster;
  }

  /** The arguments of a command for this cluster. */
  String[] command(String... arguments) {
    List<String> all = new ArrayList<>(List.of("--folder", folder().toString()));
    all.addAll(List.of(arguments));
    return all.toArray(String[]::new);
  }

  Ended run(String... arguments) throws IOException, InterruptedException {
    return script().run(command(arguments));
  }

  /**
   * Starts it on free ports with these options; it is stopped with this JVM at the latest.
   *
   * @return the master's address
   */
  String start(String... options) throws IOException, InterruptedException {
    Runtime.getRuntime().addShutdownHook(lastResort);
    List<String> arguments = new ArrayList<>(List.of("start", "--port", "0", "--hdfs-port", "0"));
    arguments.addAll(List.of(options));
    Ended started = run(arguments.toArray(String[]::new));
    assertThat(started.exitCode()).as(started.err()).isZero();
    Matcher master = MASTER.matcher(started.out());
    assertThat(master.find()).as(started.out()).isTrue();
    return master.group();
  }

  /** Stops it, and makes sure that none of its processes is left. */
  void stop() throws IOException, InterruptedException {
    Ended stopped = run("stop");
    Runtime.getRuntime().removeShutdownHook(lastResort);
    assertThat(stopped.exitCode()).as(stopped.err()).isZero();
    assertThat(
            ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains(directory.toString())))
        .isEmpty();
  }

  private void stopUntested() {
    try {
      run("stop");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
