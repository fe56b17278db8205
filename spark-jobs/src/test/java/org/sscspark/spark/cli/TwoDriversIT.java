package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.spark.train.SavedRuns;
import org.sscspark.spark.train.TinyData;
import org.sscspark.spark.watch.RunListener;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.TrainingState;

/** Two drivers on one folder, each a process of its own. */
class TwoDriversIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** After it the first driver waits; the rounds before it have checkpoints. */
  private static final long WAITS_AFTER = 5;

  @TempDir private Path directory;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void makeData() throws IOException {
    TinyData.write(directory.resolve("data"), 40);
  }

  @AfterEach
  void endAll() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  /** Makes a driver stand still after a round, without an end; its lease is renewed meanwhile. */
  public static final class Waiting implements RunListener {
    @Override
    public void onRound(RoundMetrics metrics, TrainingState state) {
      if (metrics.globalRound() == WAITS_AFTER) {
        System.out.println("waits");
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  /** A jar with {@link Waiting} alone. */
  private Path jar() throws IOException {
    Path jar = directory.resolve("waiting.jar");
    String name = Waiting.class.getName().replace('.', '/') + ".class";
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        InputStream in = Waiting.class.getClassLoader().getResourceAsStream(name)) {
      out.putNextEntry(new ZipEntry(name));
      in.transferTo(out);
    }
    return jar;
  }

  /** A driver with a folder of its own for what it says. */
  private Script driver(String name) throws IOException {
    return new Script("ssc", Files.createDirectory(directory.resolve(name)), LIMIT)
        .with("SSC_DRIVER_MEMORY", "1g");
  }

  private String[] train(String out, String... more) {
    List<String> arguments = new ArrayList<>();
    arguments.add("train");
    arguments.add("--master=local[1]");
    arguments.add("--data=" + directory.resolve("data"));
    arguments.add("--out=" + directory.resolve(out));
    arguments.add("model.name=convnet");
    arguments.add("density=0.5");
    arguments.add("train.epochs=2");
    arguments.add("train.batch=4");
    arguments.add("averaging.workers=2");
    arguments.add("averaging.frequency=1");
    arguments.add("checkpoint.every-rounds=2");
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private void awaitWaiting(Process driver, String name) throws IOException, InterruptedException {
    long began = System.nanoTime();
    while (!Files.readString(directory.resolve(name + "/out")).contains("waits")) {
      assertThat(driver.isAlive()).as(() -> errors(name)).isTrue();
      assertThat(System.nanoTime() - began).as(() -> errors(name)).isLessThan(LIMIT.toNanos());
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private String errors(String name) {
    try {
      return Files.readString(directory.resolve(name + "/err"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private String log(String name) throws IOException {
    StringBuilder log = new StringBuilder();
    try (Stream<Path> files = Files.list(directory.resolve(name + "/logs"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".log")).toList()) {
        log.append(Files.readString(file));
      }
    }
    return log.toString();
  }

  @Test
  void theSecondIsToldWhoHoldsTheFolderAndTakesOverOnceTheFirstIsKilled() throws Exception {
    Process first =
        driver("first")
            .with("SSC_SUBMIT_ARGS", "--jars " + jar())
            .start(train("run", "metrics.listeners=[\"" + Waiting.class.getName() + "\"]"));
    started.add(first);
    Process undisturbed = driver("undisturbed").start(train("whole"));
    started.add(undisturbed);
    awaitWaiting(first, "first");

    Ended second = driver("second").run(train("run"));
    second.isBadInput("run is in use by process " + first.pid() + " of ");

    // As kill -9 does it.
    assertThat(first.destroyForcibly().waitFor()).isEqualTo(128 + 9);
    assertThat(directory.resolve("run/.lease")).exists();
    Ended third = driver("third").run(train("run"));
    assertThat(third.exitCode()).as(third.err()).isZero();
    assertThat(third.err()).contains("Resuming from the checkpoint of round 4");
    assertThat(log("third"))
        .containsPattern(
            "Taking over .*run from process " + first.pid() + " of .*, which has ended");
    assertThat(directory.resolve("run/.lease")).doesNotExist();

    assertThat(undisturbed.waitFor()).as(errors("undisturbed")).isZero();
    SavedRuns.assertSameBits(directory.resolve("run"), directory.resolve("whole"));
    assertThat(SavedRuns.newest(directory.resolve("run")).state().progress().globalRound())
        .isEqualTo(10);
  }
}
