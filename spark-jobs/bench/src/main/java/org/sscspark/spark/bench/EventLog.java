package org.sscspark.spark.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.storage.Storage;

/**
 * An event log of Spark's, not compressed: a file, or the folder of a log that rolls.
 *
 * @param files in their order
 */
record EventLog(URI location, FileSystem fileSystem, List<Path> files) {
  private static final JsonMapper JSON = new JsonMapper();

  /** Spark's names; the number says in which order. */
  private static final Pattern ROLLED = Pattern.compile("events_(\\d+)_.*");

  private static final String ROLLING_FOLDER = "eventlog_v2_";

  private static final String COMPACTED = ".compact";

  private static final int MOST_NAMED = 5;

  /**
   * Finds a log.
   *
   * @throws BadInputException if there is none, or it is a folder of several
   */
  static EventLog at(Configuration configuration, URI location) throws IOException {
    FileSystem fileSystem = Storage.fileSystem(configuration, location);
    Path path = Storage.path(location);
    if (!fileSystem.exists(path)) {
      throw new BadInputException(
          "There is no event log " + location + "; give the file or the folder of one");
    }
    if (fileSystem.getFileStatus(path).isFile()) {
      return new EventLog(location, fileSystem, List.of(path));
    }
    FileStatus[] inside = fileSystem.listStatus(path);
    List<Path> rolled =
        Arrays.stream(inside)
            .map(FileStatus::getPath)
            .filter(file -> ROLLED.matcher(file.getName()).matches())
            .sorted(Comparator.comparingLong(EventLog::number))
            .toList();
    if (rolled.isEmpty()) {
      throw noLog(path, inside);
    }
    if (rolled.stream().anyMatch(file -> file.getName().endsWith(COMPACTED))) {
      throw new BadInputException(
          location
              + " was compacted by Spark's history server, so tasks are missing; raise its"
              + " spark.history.fs.eventLog.rolling.maxFilesToRetain for the next log");
    }
    return new EventLog(location, fileSystem, rolled);
  }

  private static long number(Path rolled) {
    Matcher name = ROLLED.matcher(rolled.getName());
    return name.matches() ? Long.parseLong(name.group(1)) : 0;
  }

  private static BadInputException noLog(Path folder, FileStatus... inside) {
    List<String> logs =
        Arrays.stream(inside)
            .filter(EventLog::isLog)
            .sorted(Comparator.comparingLong(FileStatus::getModificationTime).reversed())
            .map(log -> log.getPath().getName())
            .toList();
    if (logs.isEmpty()) {
      return new BadInputException(
          "Folder " + folder + " has no event log; give the file or the folder of one");
    }
    return new BadInputException(
        "%s is a folder of event logs; give one of them, as in --events %s/%s: %s%s"
            .formatted(
                folder,
                folder,
                logs.get(0),
                logs.stream().limit(MOST_NAMED).collect(Collectors.joining(", ")),
                logs.size() > MOST_NAMED
                    ? " and %s older ones".formatted(logs.size() - MOST_NAMED)
                    : ""));
  }

  /** Whether it may be a log, by what Spark calls a log and its own files beside the events. */
  private static boolean isLog(FileStatus status) {
    String name = status.getPath().getName();
    return status.isDirectory()
        ? name.startsWith(ROLLING_FOLDER)
        : !name.startsWith(".") && !name.startsWith("appstatus_");
  }

  /**
   * Goes through the events in their order and keeps none: logs can be larger than memory. A driver
   * that was killed may leave a part of a line at the end, which is left out.
   *
   * @throws BadInputException if it holds something else
   */
  void forEach(Consumer<JsonNode> consumer) throws IOException {
    Lines lines = new Lines(consumer);
    for (Path file : files) {
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(fileSystem.open(file), StandardCharsets.UTF_8))) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          lines.next(line);
        }
      }
    }
    lines.end();
  }

  private final class Lines {
    private final Consumer<JsonNode> consumer;
    private boolean any;
    private JsonProcessingException broken;

    Lines(Consumer<JsonNode> consumer) {
      this.consumer = consumer;
    }

    void next(String line) {
      requireWhole(broken);
      try {
        consumer.accept(JSON.readTree(line));
        any = true;
      } catch (JsonProcessingException e) {
        broken = e;
      }
    }

    void end() {
      requireWhole(any ? null : broken);
    }

    private void requireWhole(JsonProcessingException complaint) {
      if (complaint != null) {
        throw new BadInputException(
            location
                + " is no event log of Spark, or is compressed: "
                + complaint.getOriginalMessage(),
            complaint);
      }
    }
  }
}
