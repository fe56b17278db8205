package org.sscspark.spark.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.report.Figures;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
import org.sscspark.storage.Storage;

/**
 * How busy executors were, by Spark's event log ({@code spark.eventLog.enabled}, not compressed).
 *
 * @param seconds from the start of the first job to the end of the last one
 * @param jobs that ended in this time
 * @param executors by name
 */
public record ExecutorUsage(double seconds, int jobs, List<Executor> executors) {
  private static final JsonMapper JSON = new JsonMapper();

  public ExecutorUsage {
    executors = List.copyOf(executors);
  }

  /**
   * One executor.
   *
   * @param tasks that ended on it, well or not
   * @param busySeconds of all its tasks together, from launch to end as the driver saw them
   * @param busyShare of the cores' time between the first and the last job
   */
  public record Executor(String name, int cores, int tasks, double busySeconds, double busyShare) {}

  private static final class Counts {
    private int cores;
    private int tasks;
    private long busyMillis;
  }

  /**
   * Reads an event log.
   *
   * @throws BadInputException if there is none, or no job ended in it
   */
  public static ExecutorUsage of(Configuration configuration, URI log) throws IOException {
    Path path = new Path(log);
    if (!Storage.fileSystem(configuration, log).exists(path)) {
      throw new BadInputException("There is no event log " + log + "; give the file of one");
    }
    Map<String, Counts> executors = new TreeMap<>();
    long first = Long.MAX_VALUE;
    long last = 0;
    int jobs = 0;
    for (JsonNode event : events(configuration, log)) {
      switch (event.path("Event").asText()) {
        case "SparkListenerExecutorAdded" ->
            executors.computeIfAbsent(event.path("Executor ID").asText(), name -> new Counts())
                    .cores =
                event.path("Executor Info").path("Total Cores").asInt();
        case "SparkListenerJobStart" ->
            first = Math.min(first, event.path("Submission Time").asLong());
        case "SparkListenerJobEnd" -> {
          last = Math.max(last, event.path("Completion Time").asLong());
          jobs++;
        }
        case "SparkListenerTaskEnd" -> {
          JsonNode task = event.path("Task Info");
          Counts counts =
              executors.computeIfAbsent(task.path("Executor ID").asText(), name -> new Counts());
          counts.tasks++;
          counts.busyMillis +=
              task.path("Finish Time").asLong() - task.path("Launch Time").asLong();
        }
        default -> {
          // Of no use here.
        }
      }
    }
    if (jobs == 0) {
      throw new BadInputException(
          "No job ends in %s; give a log that Spark wrote with spark.eventLog.enabled=true"
              .formatted(log));
    }
    return of(1e-3 * (last - first), jobs, executors);
  }

  private static ExecutorUsage of(double seconds, int jobs, Map<String, Counts> executors) {
    List<Executor> list = new ArrayList<>();
    executors.forEach(
        (name, counts) -> {
          double busy = 1e-3 * counts.busyMillis;
          double share = busy / (seconds * Math.max(1, counts.cores));
          list.add(new Executor(name, counts.cores, counts.tasks, busy, share));
        });
    return new ExecutorUsage(seconds, jobs, list);
  }

  private static List<JsonNode> events(Configuration configuration, URI log) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Storage.fileSystem(configuration, log).open(new Path(log)),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        try {
          events.add(JSON.readTree(line));
        } catch (JsonProcessingException e) {
          // A driver that was killed may leave a part of a line, at the end.
          if (lines.readLine() != null || events.isEmpty()) {
            throw new BadInputException(
                log + " is no event log of Spark, or is compressed: " + e.getOriginalMessage(), e);
          }
          return events;
        }
      }
    }
    return events;
  }

  /** A table for people. */
  public String text() {
    List<List<String>> rows =
        executors.stream()
            .map(
                one ->
                    List.of(
                        one.name(),
                        Integer.toString(one.cores()),
                        Integer.toString(one.tasks()),
                        Figures.fixed(one.busySeconds(), 1),
                        Figures.percent(one.busyShare())))
            .toList();
    List<Column> columns =
        List.of(
            Column.text("executor"),
            Column.number("cores"),
            Column.number("tasks"),
            Column.number("busy, s"),
            Column.number("busy"));
    return "%s jobs in %s s from the first one's start to the last one's end%n"
            .formatted(jobs, Figures.fixed(seconds, 1))
        + new Table(columns, rows).text();
  }
}
