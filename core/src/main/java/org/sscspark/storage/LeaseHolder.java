package org.sscspark.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The process that holds a lease.
 *
 * @param user who started it
 * @param host its machine's name, for people
 * @param system what tells its processes from those of other machines and containers; empty if
 *     nothing does
 * @param pid its number there
 * @param ticks when it started, by the kernel's count, which no clock that is set moves; empty if
 *     that is unknown, as of older programs
 * @param started when it started, by the clock of its machine, for people
 */
record LeaseHolder(
    String user, String host, String system, long pid, String ticks, String started) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Behind the name of a process, which may hold anything, as {@code proc(5)} counts them. */
  private static final int TICKS_AFTER_NAME = 22 - 3;

  /** This process. */
  static LeaseHolder here() {
    ProcessHandle self = ProcessHandle.current();
    return new LeaseHolder(
        System.getProperty("user.name", "somebody"),
        hostName(),
        thisSystem(),
        self.pid(),
        ticks(self.pid()),
        self.info().startInstant().map(Instant::toString).orElse(""));
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "a machine without a name";
    }
  }

  /** The running kernel and, in a container, the container's process numbers. */
  private static String thisSystem() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
          + " "
          + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  private static String ticks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[TICKS_AFTER_NAME];
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  /**
   * Whether it certainly has ended: it was a process of this system, and is none now, or the number
   * is another one's.
   */
  boolean isGone() {
    return isGone(seesOthers());
  }

  /** Whether processes of other users are shown; a system may hide them (hidepid). */
  private static boolean seesOthers() {
    return !ticks(1).isEmpty();
  }

  boolean isGone(boolean seesOthers) {
    if (system.isEmpty() || !system.equals(thisSystem())) {
      return false;
    }
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    if (process.isEmpty()) {
      return seesOthers || user.equals(here().user());
    }
    if (!process.get().isAlive()) {
      return true;
    }
    String now = ticks(pid);
    return !ticks.isEmpty() && !now.isEmpty() && !now.equals(ticks);
  }

  ObjectNode toJson() {
    return JSON.createObjectNode()
        .put("user", user)
        .put("host", host)
        .put("system", system)
        .put("pid", pid)
        .put("ticks", ticks)
        .put("started", started);
  }

  /** Reads a holder; what is absent is unknown. */
  static LeaseHolder fromJson(JsonNode json) {
    return new LeaseHolder(
        json.path("user").asText("somebody"),
        json.path("host").asText("an unknown machine"),
        json.path("system").asText(""),
        json.path("pid").asLong(),
        json.path("ticks").asText(""),
        json.path("started").asText("an unknown time"));
  }

  @Override
  public String toString() {
    return "process %s of %s on %s, started %s".formatted(pid, user, host, started);
  }
}
