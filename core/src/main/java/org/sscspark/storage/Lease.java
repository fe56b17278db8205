package org.sscspark.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.config.BadInputException;

/**
 * Holds a folder against a second process, on any Hadoop file system. The holder writes a file with
 * a number that it raises every few seconds. Whoever finds the file watches it: if the number
 * moves, the folder is in use; if it does not for a while, or the holder was a process of this
 * machine that is gone, the lease is taken over. No clocks of different machines are compared.
 */
public final class Lease implements AutoCloseable {
  /** The file's name in the folder. */
  public static final String FILE = ".lease";

  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * How often the number is raised, and how long it may stand still.
   *
   * @param beat between two numbers
   * @param stale after so long without a new number the holder is taken for dead
   */
  record Timing(Duration beat, Duration stale) {
    static final Timing USUAL = new Timing(Duration.ofSeconds(10), Duration.ofSeconds(40));
  }

  /**
   * A moment by two clocks: one that nobody sets, but which stands still while a machine is
   * suspended, and the calendar's.
   */
  record Moment(long nanos, long millis) {
    static Moment now() {
      return new Moment(System.nanoTime(), System.currentTimeMillis());
    }

    /** Whether so much time is over since, by either clock. */
    boolean isPast(Duration time, Moment now) {
      return now.nanos - nanos >= time.toNanos() || now.millis - millis >= time.toMillis();
    }
  }

  private final TextFiles files;
  private final Path folder;
  private final Timing timing;
  private final String id = UUID.randomUUID().toString();
  private final LeaseHolder holder = LeaseHolder.here();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread heart;
  private long number;

  /** When the number was last raised; none if what came after it failed. */
  private volatile Optional<Moment> beaten = Optional.of(Moment.now());

  private Lease(TextFiles files, Path folder, Timing timing) {
    this.files = files;
    this.folder = folder;
    this.timing = timing;
    this.heart = new Thread(this::beat, "lease of " + folder);
    heart.setDaemon(true);
  }

  /**
   * Takes the lease of a folder, which need not exist. If somebody seems to hold it, this takes as
   * long as it takes to tell.
   *
   * @throws BadInputException if another process holds it; the message says which
   * @throws IOException if the file system fails
   */
  public static Lease take(FileSystem fileSystem, Path folder) throws IOException {
    return take(fileSystem, folder, Timing.USUAL);
  }

  static Lease take(FileSystem fileSystem, Path folder, Timing timing) throws IOException {
    Lease lease = new Lease(new TextFiles(fileSystem, folder), folder, timing);
    Optional<String> found = lease.files.read(FILE);
    if (found.isPresent()) {
      lease.requireDead(found.get());
    }
    try {
      if (found.isPresent()) {
        lease.files.removeIf(FILE, found.get());
      }
      lease.files.writeNew(FILE, lease.content());
    } catch (PublicationConflictException e) {
      Optional<String> now = lease.files.read(FILE);
      if (now.isEmpty() && fileSystem.exists(new Path(folder, FILE))) {
        throw unreadable(folder, e);
      }
      throw inUse(folder, now.orElse(""), e);
    }
    lease.heart.start();
    return lease;
  }

  /**
   * Checks that no other process seems to hold a folder, and takes nothing. This is to tell early:
   * it watches for a beat and a half, and only {@link #take} is certain.
   *
   * @throws BadInputException if another process holds it; the message says which
   * @throws IOException if the file system fails
   */
  public static void requireFree(FileSystem fileSystem, Path folder) throws IOException {
    requireFree(fileSystem, folder, Timing.USUAL);
  }

  static void requireFree(FileSystem fileSystem, Path folder, Timing timing) throws IOException {
    Lease lease = new Lease(new TextFiles(fileSystem, folder), folder, timing);
    Optional<String> found = lease.files.read(FILE);
    if (found.isPresent() && !holder(found.get()).isGone()) {
      lease.requireStill(found.get(), timing.beat().multipliedBy(3).dividedBy(2));
    }
  }

  private void requireDead(String found) throws IOException {
    LeaseHolder other = holder(found);
    if (other.isGone()) {
      LOG.warn("Taking over {} from {}, which has ended", folder, other);
      return;
    }
    LOG.info("{} may be in use by {}; watching its heartbeat", folder, other);
    if (requireStill(found, timing.stale())) {
      LOG.warn(
          "Taking over {} from {}, whose heartbeat has stood still for {} s",
          folder,
          other,
          timing.stale().toSeconds());
    }
  }

  /** Watches for so long that the number stands still; false if the lease was given back. */
  private boolean requireStill(String found, Duration watched) throws IOException {
    long began = System.nanoTime();
    while (System.nanoTime() - began < watched.toNanos()) {
      pause();
      Optional<String> now = files.read(FILE);
      if (now.isEmpty()) {
        return false;
      }
      if (!now.get().equals(found)) {
        throw inUse(folder, now.get(), null);
      }
    }
    return true;
  }

  private void pause() throws InterruptedIOException {
    try {
      TimeUnit.NANOSECONDS.sleep(timing.beat().toNanos() / 2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException) new InterruptedIOException("Interrupted").initCause(e);
    }
  }

  /** A file that is there and has no text for this process: a folder, or somebody else's file. */
  private static BadInputException unreadable(Path folder, Exception cause) {
    return new BadInputException(
        "Cannot use %s: it cannot be read; remove it".formatted(new Path(folder, FILE)), cause);
  }

  private static BadInputException inUse(Path folder, String content, Exception cause) {
    return new BadInputException(
        "%s is in use by %s; wait until it has ended, stop it, or choose another folder"
            .formatted(folder, holder(content)),
        cause);
  }

  private static LeaseHolder holder(String content) {
    return LeaseHolder.fromJson(json(content).path("holder"));
  }

  private static JsonNode json(String content) {
    try {
      return JSON.readTree(content);
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode();
    }
  }

  private String content() {
    return JSON.createObjectNode()
            .put("id", id)
            .put("number", number)
            .set("holder", holder.toJson())
            .toString()
        + "\n";
  }

  /**
   * Holds that the lease is still ours, before something is written that must have one writer.
   * Costs nothing unless the heartbeat is late, as it is after this process stood still, or failed.
   *
   * @throws IOException if somebody else took it over, or the file system fails
   */
  public void requireHeld() throws IOException {
    Optional<Moment> last = beaten;
    if (last.isEmpty() || last.get().isPast(timing.stale().dividedBy(2), Moment.now())) {
      requireOurs();
    }
  }

  /**
   * As {@link #requireHeld}, by looking in any case.
   *
   * @throws IOException if somebody else took it over, or the file system fails
   */
  public void requireOurs() throws IOException {
    Optional<String> now = files.read(FILE);
    if (now.isEmpty()) {
      throw new IOException(
          "%s is gone: somebody removed it, or took %s over while this process stood still; nothing more is written"
              .formatted(new Path(folder, FILE), folder));
    }
    if (!isOurs(now.get())) {
      throw new IOException(
          "%s was taken over by %s, because this process stood still; nothing more is written"
              .formatted(folder, holder(now.get())));
    }
  }

  private boolean isOurs(String content) {
    return json(content).path("id").asText().equals(id);
  }

  private void beat() {
    try {
      while (!closed.await(timing.beat().toNanos(), TimeUnit.NANOSECONDS)) {
        try {
          // No clock tells of all the time that a machine was suspended.
          requireOurs();
          number++;
          Moment begun = Moment.now();
          files.write(FILE, content());
          // Others may have seen the new number since then.
          beaten = Optional.of(begun);
        } catch (IOException e) {
          beaten = Optional.empty();
          LOG.warn("Cannot renew the lease of {}: {}", folder, e.getMessage());
        } catch (RuntimeException | Error e) {
          // The next beat may succeed, even after a full heap, of which another thread may be the
          // cause; without one, others would take over from a process that is alive.
          beaten = Optional.empty();
          LOG.warn("Cannot renew the lease of {}", folder, e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives the folder back. */
  @Override
  public void close() throws IOException {
    closed.countDown();
    try {
      heart.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      // The file stays; this process ends, and whoever comes next sees that.
      return;
    }
    if (files.read(FILE).filter(this::isOurs).isPresent()) {
      files.delete(FILE);
    }
  }
}
