package org.sscspark.spark.averaging;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.local.LocalSchedulerBackend;
import org.apache.spark.status.api.v1.ExecutorSummary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.config.BadInputException;
import org.sscspark.spark.gpu.GpuStage;
import scala.collection.JavaConverters;

/** How many workers an application's executors can train at once. */
public final class TaskSlots {
  private static final Logger LOG = LoggerFactory.getLogger(TaskSlots.class);

  /** Executors of one application start together; one that is this late is not waited for. */
  private static final Duration QUIET = Duration.ofSeconds(3);

  /** Where the cluster's maximum is known, and not yet reached. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final long POLL_MILLIS = 50;

  private TaskSlots() {}

  /**
   * The workers of a run that does not say how many: one for each slot.
   *
   * @throws BadInputException if executors come and go without a limit, so that there is no number
   */
  public static int workers(JavaSparkContext spark) {
    SparkConf conf = spark.getConf();
    if (DynamicAllocation.isOn(conf) && DynamicAllocation.most(conf).isEmpty()) {
      throw new BadInputException(
          "With spark.dynamicAllocation.enabled and no "
              + DynamicAllocation.MOST
              + " the number of workers would be chance: give averaging.workers=N, or the maximum");
    }
    return count(spark);
  }

  /**
   * Counts: one for {@code spark.task.cpus} cores, or one for each GPU where executors have some.
   * On a cluster it waits until no more executors come, for the count would else depend on chance;
   * with dynamic allocation, for as many as there may be.
   *
   * @throws BadInputException if there are executors and none has room for a task
   */
  public static int count(JavaSparkContext spark) {
    SparkConf conf = spark.getConf();
    if (spark.sc().isLocal()) {
      return ofThisMachine(spark.sc());
    }
    OptionalInt most =
        DynamicAllocation.isOn(conf) ? DynamicAllocation.most(conf) : OptionalInt.empty();
    requireOne(spark);
    long began = System.nanoTime();
    long quietSince = began;
    int slots = now(spark);
    while (isWorthWaiting(spark, most, began, quietSince)) {
      pause();
      int now = now(spark);
      if (now != slots) {
        slots = now;
        quietSince = System.nanoTime();
      }
    }
    if (slots == 0) {
      throw noRoom(spark);
    }
    return slots;
  }

  /**
   * Waits for the first executor. A task waits with it: with dynamic allocation Spark would else
   * ask for none, and Spark says what it lacks while a task waits.
   */
  private static void requireOne(JavaSparkContext spark) {
    if (executors(spark) > 0) {
      return;
    }
    JavaFutureAction<Long> task = spark.parallelize(List.of(0), 1).countAsync();
    while (executors(spark) == 0) {
      if (spark.sc().isStopped()) {
        throw new IllegalStateException("Spark was stopped while waiting for executors");
      }
      pause();
    }
    task.cancel(true);
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for executors", e);
    }
  }

  /** Spark would wait for ever for such a place. */
  private static BadInputException noRoom(JavaSparkContext spark) {
    int cores = 0;
    for (ExecutorSummary executor : list(spark)) {
      cores = Math.max(cores, executor.totalCores());
    }
    return new BadInputException(
        ("No executor has room for a task: the largest has %s cores, and spark.task.cpus is %s;"
                + " give executors as many (--executor-cores), or set a smaller spark.task.cpus")
            .formatted(cores, cpus(spark.getConf())));
  }

  private static boolean isWorthWaiting(
      JavaSparkContext spark, OptionalInt most, long began, long quietSince) {
    long now = System.nanoTime();
    if (most.isEmpty()) {
      return now - quietSince < QUIET.toNanos();
    }
    int there = executors(spark);
    if (there >= most.getAsInt()) {
      return false;
    }
    if (now - began < PATIENCE.toNanos()) {
      return true;
    }
    LOG.warn(
        "{} of {} executors ({}) came up within {} s",
        there,
        most.getAsInt(),
        DynamicAllocation.MOST,
        PATIENCE.toSeconds());
    return false;
  }

  /** The slots that there are now; on a cluster perhaps none. */
  public static int now(JavaSparkContext spark) {
    SparkConf conf = spark.getConf();
    if (spark.sc().isLocal()) {
      return count(spark);
    }
    int gpus = GpuStage.of(conf).gpusOfExecutor();
    int slots = 0;
    for (ExecutorSummary executor : list(spark)) {
      int byCores = executor.totalCores() / cpus(conf);
      slots += gpus == 0 ? byCores : Math.min(byCores, gpus);
    }
    return slots;
  }

  /**
   * The tasks to keep under way, of work that has more of them: as many as there are slots now.
   * With dynamic allocation one more, because Spark asks for executors only while a task waits.
   *
   * @param before what is returned while there are no executors
   */
  public static int wanted(JavaSparkContext spark, int before) {
    if (spark.sc().isLocal()) {
      return before;
    }
    int now = now(spark);
    if (!DynamicAllocation.isOn(spark.getConf())) {
      return now == 0 ? before : now;
    }
    return now + 1;
  }

  /** The slots of the largest executor, as far as there are executors. */
  public static int ofExecutor(JavaSparkContext spark) {
    if (spark.sc().isLocal()) {
      return count(spark);
    }
    int cores = 1;
    for (ExecutorSummary executor : list(spark)) {
      cores = Math.max(cores, executor.totalCores());
    }
    return Math.max(1, cores / cpus(spark.getConf()));
  }

  /**
   * The tasks to share out work whose result does not depend on their number: as many as there are
   * slots, or on a cluster as many as {@code spark.default.parallelism} gives cores.
   */
  public static int toShare(SparkContext spark) {
    return spark.isLocal()
        ? ofThisMachine(spark)
        : Math.max(1, spark.defaultParallelism() / cpus(spark.conf()));
  }

  /**
   * By the threads of a local master. Its default parallelism is these only as long as nobody sets
   * {@code spark.default.parallelism}, which is about partitions.
   */
  private static int ofThisMachine(SparkContext spark) {
    int threads = ((LocalSchedulerBackend) spark.schedulerBackend()).totalCores();
    return Math.max(1, threads / cpus(spark.conf()));
  }

  /** Executors that compute; the driver is listed with them, without cores. */
  private static int executors(JavaSparkContext spark) {
    int count = 0;
    for (ExecutorSummary executor : list(spark)) {
      count += executor.totalCores() > 0 ? 1 : 0;
    }
    return count;
  }

  private static Iterable<ExecutorSummary> list(JavaSparkContext spark) {
    return JavaConverters.asJavaIterable(spark.sc().statusStore().executorList(true));
  }

  private static int cpus(SparkConf conf) {
    return conf.getInt("spark.task.cpus", 1);
  }
}
