package org.sscspark.spark.averaging;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.status.api.v1.ExecutorSummary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.engine.lane.LaneEngine;
import scala.collection.JavaConverters;

/** How wide the vectors of an application's executors are. */
public final class ExecutorLanes {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorLanes.class);

  /** Spark places tasks as it likes; these many jobs reach all executors that will be reached. */
  private static final int TRIES = 5;

  private static final int TASKS_FOR_A_SLOT = 2;
  private static final long TASK_MILLIS = 10;

  private ExecutorLanes() {}

  /**
   * The lanes that all executors have which are there now. An executor that joins later, with
   * narrower vectors, computes the same bits in plain Java.
   */
  public static int narrowest(JavaSparkContext spark) {
    if (spark.sc().isLocal()) {
      return LaneEngine.widest();
    }
    Map<String, Integer> lanes = new TreeMap<>();
    // The first job is run where there is no executor, too: Spark asks for one while a task waits.
    for (int attempt = 0;
        attempt == 0 || attempt < TRIES && !lanes.keySet().containsAll(alive(spark));
        attempt++) {
      int tasks = TASKS_FOR_A_SLOT * Math.max(TaskSlots.toShare(spark.sc()), TaskSlots.now(spark));
      spark
          .parallelize(IntStream.range(0, tasks).boxed().toList(), tasks)
          .map(ignored -> answer())
          .collect()
          .forEach(
              answer ->
                  lanes.put(
                      answer.substring(answer.indexOf(' ') + 1),
                      Integer.valueOf(answer.substring(0, answer.indexOf(' ')))));
    }
    Set<Integer> widths = new TreeSet<>(lanes.values());
    int narrowest = widths.iterator().next();
    if (widths.size() > 1) {
      LOG.warn(
          "Executors have vectors of {} lanes, so all compute with {}; engine.lanes says so for"
              + " every run",
          widths,
          narrowest);
    }
    return narrowest;
  }

  private static Set<String> alive(JavaSparkContext spark) {
    Set<String> executors = new TreeSet<>();
    for (ExecutorSummary executor :
        JavaConverters.asJavaIterable(spark.sc().statusStore().executorList(true))) {
      if (executor.totalCores() > 0) {
        executors.add(executor.id());
      }
    }
    return executors;
  }

  /** Lanes and the executor's name; a moment of work, so that one executor does not do it all. */
  private static String answer() throws InterruptedException {
    Thread.sleep(TASK_MILLIS);
    return LaneEngine.widest() + " " + SparkEnv.get().executorId();
  }
}
