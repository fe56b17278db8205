package org.sscspark.spark.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.config.BadInputException;
import org.sscspark.report.Figures;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;

/**
 * How busy executors were, by Spark's event log ({@code spark.eventLog.enabled}, not compressed).
 *
 * @param seconds from the start of the first job to the end of the last one
 * @param jobs that ended in this time
 * @param executors by name
 */
public record ExecutorUsage(double seconds, int jobs, List<Executor> executors) {
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

  private static final class Tasks {
    private int cores;
    private int count;
    private long busyMillis;
  }

  /** What the events so far come to. */
  private static final class Counts {
    private final Map<String, Tasks> executors = new TreeMap<>();
    private long first = Long.MAX_VALUE;
    private long last;
    private int jobs;

    void add(JsonNode event) {
      switch (event.path("Event").asText()) {
        case "SparkListenerExecutorAdded" ->
            on(event).cores = event.path("Executor Info").path("Total Cores").asInt();
        case "SparkListenerJobStart" ->
            first = Math.min(first, event.path("Submission Time").asLong());
        case "SparkListenerJobEnd" -> {
          last = Math.max(last, event.path("Completion Time").asLong());
          jobs++;
        }
        case "SparkListenerTaskEnd" -> {
          JsonNode task = event.path("Task Info");
          Tasks tasks = on(task);
          tasks.count++;
          tasks.busyMillis += task.path("Finish Time").asLong() - task.path("Launch Time").asLong();
        }
        default -> {
          // Of no use here.
        }
      }
    }

    private Tasks on(JsonNode named) {
      return executors.computeIfAbsent(named.path("Executor ID").asText(), name -> new Tasks());
    }

    ExecutorUsage usage() {
      double seconds = 1e-3 * (last - first);
      List<Executor> list = new ArrayList<>();
      executors.forEach(
          (name, tasks) -> {
            double busy = 1e-3 * tasks.busyMillis;
            double share = busy / (seconds * Math.max(1, tasks.cores));
            list.add(new Executor(name, tasks.cores, tasks.count, busy, share));
          });
      return new ExecutorUsage(seconds, jobs, list);
    }
  }

  /**
   * Reads an event log.
   *
   * @param log the file of one, or the folder of one that rolls
   * @throws BadInputException if there is none, or no job ended in it
   */
  public static ExecutorUsage of(Configuration configuration, URI log) throws IOException {
    Counts counts = new Counts();
    EventLog.at(configuration, log).forEach(counts::add);
    if (counts.jobs == 0) {
      throw new BadInputException(
          "No job ends in %s; give a log that Spark wrote with spark.eventLog.enabled=true"
              .formatted(log));
    }
    return counts.usage();
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
