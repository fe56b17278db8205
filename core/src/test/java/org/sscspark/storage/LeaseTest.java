package org.sscspark.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.checkpoint.LogCapture;
import org.sscspark.config.BadInputException;

class LeaseTest {
  private static final Lease.Timing QUICK =
      new Lease.Timing(Duration.ofMillis(50), Duration.ofSeconds(4));

  @TempDir private java.nio.file.Path temporary;
  private FileSystem fileSystem;
  private Path folder;

  @BeforeEach
  void open() throws IOException {
    fileSystem = fileSystem();
    folder = new Path(temporary.resolve("run").toUri());
  }

  private static FileSystem fileSystem() throws IOException {
    return FileSystem.getLocal(new Configuration());
  }

  @Test
  void aSecondTakerIsToldWhoHoldsTheFolderUntilItIsGivenBack() throws IOException {
    try (Lease lease = Lease.take(fileSystem, folder, QUICK)) {
      assertThatThrownBy(() -> Lease.take(fileSystem, folder, QUICK))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("run is in use by process " + ProcessHandle.current().pid())
          .hasMessageContaining("wait until it has ended, stop it, or choose another folder");
      assertThatCode(lease::requireHeld).doesNotThrowAnyException();
    }
    assertThat(fileSystem.listStatus(folder)).isEmpty();
    Lease.take(fileSystem, folder, QUICK).close();
  }

  @Test
  void whoOnlyLooksIsToldAsWellAndTakesNothing() throws Exception {
    Lease.requireFree(fileSystem, folder, QUICK);
    assertThat(fileSystem.exists(folder)).isFalse();
    try (Lease lease = Lease.take(fileSystem, folder, QUICK)) {
      // On a busy disk a beat may take longer than one look.
      AtomicReference<Throwable> told = new AtomicReference<>();
      await(
          () -> {
            told.set(catchThrowable(() -> Lease.requireFree(fileSystem, folder, QUICK)));
            return told.get() != null;
          });
      assertThat(told.get())
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("run is in use by process " + ProcessHandle.current().pid());
      assertThatCode(lease::requireHeld).doesNotThrowAnyException();
    }
    // One that does not beat may be dead: only who takes the folder waits to be certain.
    try (Lease still =
        Lease.take(fileSystem, folder, new Lease.Timing(Duration.ofDays(1), Duration.ofDays(1)))) {
      Lease.requireFree(fileSystem, folder, new Lease.Timing(Duration.ofMillis(5), QUICK.stale()));
      assertThatCode(still::requireHeld).doesNotThrowAnyException();
    }
  }

  /** Kind: a holder on another machine, whose processes cannot be looked at from here. */
  @Test
  void aHeartbeatThatStandsStillIsTakenOverAndItsHolderFindsOut() throws IOException {
    Lease paused =
        Lease.take(fileSystem, folder, new Lease.Timing(Duration.ofDays(1), Duration.ZERO));
    Lease.Timing impatient = new Lease.Timing(Duration.ofMillis(5), Duration.ofMillis(100));
    try (Lease next = Lease.take(fileSystem, folder, impatient)) {
      assertThatCode(next::requireHeld).doesNotThrowAnyException();
      assertThatThrownBy(paused::requireHeld)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("was taken over by process");
      paused.close();
      assertThatCode(next::requireHeld).doesNotThrowAnyException();
    }
  }

  /** Kind: something of the lease's name that says nothing, taken for a process. */
  @Test
  void whatCannotBeReadIsNobodysLease() throws IOException {
    fileSystem.mkdirs(new Path(folder, Lease.FILE));
    assertThatThrownBy(() -> Lease.take(fileSystem, folder, QUICK))
        .isInstanceOf(BadInputException.class)
        .hasMessageMatching("Cannot use .*/run/\\.lease: it cannot be read; remove it");
  }

  /** Kind: a machine that was suspended, whose clock of intervals stood still with it. */
  @Test
  void whoWasTakenOverInTimeByItsOwnClockOverwritesNothing() throws Exception {
    Lease.Timing slow = new Lease.Timing(Duration.ofSeconds(1), Duration.ofDays(1));
    String theirs = lease("", 7);
    try (Lease lease = Lease.take(fileSystem, folder, slow);
        LogCapture log = new LogCapture(Lease.class)) {
      TextFiles files = new TextFiles(fileSystem, folder);
      files.write(Lease.FILE, theirs);
      await(() -> !log.warnings().isEmpty());
      assertThat(log.warnings().get(0)).contains("was taken over by process");
      assertThat(files.read(Lease.FILE)).contains(theirs);
      assertThatThrownBy(lease::requireHeld).hasMessageContaining("was taken over by process");
      // Another one may have done all it wanted, and given the folder back.
      files.delete(Lease.FILE);
      assertThatThrownBy(lease::requireHeld).hasMessageContaining(".lease is gone");
    }
  }

  /** Kind: as above, before the first beat that follows. */
  @Test
  void aBeatIsLateByEitherClock() {
    Lease.Moment beat = new Lease.Moment(-5, 1000);
    Duration second = Duration.ofSeconds(1);
    assertThat(beat.isPast(second, new Lease.Moment(999_999_994, 1999))).isFalse();
    assertThat(beat.isPast(second, new Lease.Moment(999_999_995, 1000))).isTrue();
    assertThat(beat.isPast(second, new Lease.Moment(0, 2000))).isTrue();
    assertThat(beat.isPast(second, new Lease.Moment(0, 500))).as("a clock set back").isFalse();
  }

  /** Kind: a system that hides processes of other users, as hidepid does, taken for their end. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aProcessThatIsNotShownHasEndedOnlyIfItWouldBeShown() {
    LeaseHolder here = LeaseHolder.here();
    long none = 1L << 30;
    LeaseHolder ours = new LeaseHolder(here.user(), "", here.system(), none, "1", "");
    LeaseHolder theirs = new LeaseHolder(here.user() + "2", "", here.system(), none, "1", "");
    assertThat(theirs.isGone(true)).isTrue();
    assertThat(theirs.isGone(false)).isFalse();
    assertThat(ours.isGone(false)).isTrue();
  }

  private String lease(String ticks, int number) {
    LeaseHolder here = LeaseHolder.here();
    ObjectNode holder = here.toJson().put("started", "1970-01-01T00:00:00Z").put("ticks", ticks);
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", "another")
        .put("number", number)
        .<ObjectNode>set("holder", holder)
        .toString();
  }

  /** Kind: a clock that was set, by which a process that is alive started at another time. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClockThatWasSetEndsNobody(boolean older) throws Exception {
    String ticks = older ? "" : LeaseHolder.here().ticks();
    TextFiles files = new TextFiles(fileSystem, folder);
    files.writeNew(Lease.FILE, lease(ticks, 0));
    CountDownLatch stop = new CountDownLatch(1);
    Thread heart =
        new Thread(
            () -> {
              try {
                for (int number = 1; !stop.await(20, TimeUnit.MILLISECONDS); number++) {
                  files.write(Lease.FILE, lease(ticks, number));
                }
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    heart.start();
    try {
      assertThatThrownBy(() -> Lease.take(fileSystem, folder, QUICK))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("run is in use by process " + ProcessHandle.current().pid());
    } finally {
      stop.countDown();
      heart.join();
    }
  }

  /** Kind: a number of a process that has ended, which another one has by now. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void anotherProcessOfTheNumberHoldsNothing() throws IOException {
    new TextFiles(fileSystem, folder).writeNew(Lease.FILE, lease("1", 0));
    // Watched it would be for a day.
    Lease.Timing patient = new Lease.Timing(Duration.ofMillis(500), Duration.ofDays(1));
    try (Lease next =
        assertTimeoutPreemptively(
            Duration.ofMinutes(5), () -> Lease.take(fileSystem, folder, patient))) {
      assertThatCode(next::requireHeld).doesNotThrowAnyException();
    }
  }

  /** Only what was found dead is taken over, not what came in its place meanwhile. */
  @Test
  void aLeaseThatSomebodyElseTookOverIsTheirs() throws IOException {
    TextFiles files = new TextFiles(fileSystem, folder);
    files.writeNew(Lease.FILE, "new");
    assertThatThrownBy(() -> files.removeIf(Lease.FILE, "stale"))
        .isInstanceOf(PublicationConflictException.class);
    assertThat(files.read(Lease.FILE)).contains("new");
  }

  /** A full disk, what Hadoop does not declare, and what it throws as an Error. */
  @Test
  void theHeartbeatGoesOnAfterABeatThatFailed() throws Exception {
    AtomicReference<Runnable> failure = new AtomicReference<>();
    AtomicInteger failed = new AtomicInteger();
    FailingDisk disk = new FailingDisk();
    FileSystem disturbed =
        new FilterFileSystem(disk) {
          @Override
          public FSDataOutputStream create(
              Path path,
              FsPermission permission,
              boolean overwrite,
              int bufferSize,
              short replication,
              long blockSize,
              Progressable progress)
              throws IOException {
            Runnable failing = failure.get();
            if (failing != null) {
              failed.incrementAndGet();
              failing.run();
            }
            return super.create(
                path, permission, overwrite, bufferSize, replication, blockSize, progress);
          }
        };
    try (Lease lease = Lease.take(disturbed, folder, QUICK);
        LogCapture log = new LogCapture(Lease.class)) {
      awaitBeat();
      disk.fillUpTo(0);
      await(() -> log.warnings().size() >= 2);
      assertThat(log.warnings())
          .allMatch(
              warning ->
                  warning.matches(
                      "Cannot renew the lease of .*: Cannot write .*: No space left on device"));
      disk.makeRoom();
      awaitBeat();
      List<Runnable> failures =
          List.of(
              () -> {
                throw new IllegalStateException("Filesystem closed");
              },
              () -> {
                throw FailingDisk.error("Input/output error");
              },
              () -> {
                throw new OutOfMemoryError("Java heap space");
              });
      for (Runnable each : failures) {
        int before = failed.get();
        failure.set(each);
        await(() -> failed.get() >= before + 2);
        failure.set(null);
        awaitBeat();
      }
      assertThatCode(lease::requireHeld).doesNotThrowAnyException();
    }
    assertThat(fileSystem.listStatus(folder)).isEmpty();
  }

  /** Waits until the number was raised. */
  private void awaitBeat() throws Exception {
    TextFiles files = new TextFiles(fileSystem, folder);
    String before = files.read(Lease.FILE).orElseThrow();
    await(() -> !files.read(Lease.FILE).orElse(before).equals(before));
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long began = System.nanoTime();
    while (!condition.call()) {
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Test
  void aProcessThatWasKilledHoldsNothing() throws Exception {
    Process holder =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      BufferedReader out =
          new BufferedReader(
              new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
      String line = out.readLine();
      while (line != null && !line.equals("held")) {
        line = out.readLine();
      }
      assertThat(line).isEqualTo("held");
      assertThatThrownBy(() -> Lease.take(fileSystem, folder, QUICK))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("is in use by process " + holder.pid());
    } finally {
      holder.destroyForcibly().waitFor();
    }
    // The usual lease is far longer than this takes.
    try (Lease next = Lease.take(fileSystem, folder)) {
      assertThatCode(next::requireHeld).doesNotThrowAnyException();
    }
  }

  /** Holds a folder until it is killed. */
  static final class Holder {
    public static void main(String[] arguments) throws Exception {
      try (Lease lease = Lease.take(fileSystem(), new Path(arguments[0]), QUICK)) {
        lease.requireHeld();
        System.out.println("held");
        Thread.currentThread().join();
      }
    }
  }
}
