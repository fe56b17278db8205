package org.sscspark.spark.averaging;

import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaSparkContext;

/** The jobs of a driver that are under way, so that executors keep nothing for others. */
public final class OpenJobs {
  private final Set<String> open = ConcurrentHashMap.newKeySet();

  /**
   * Jobs as executors know them.
   *
   * @param key of this job
   * @param alive of all jobs that are under way; what is idle of others leaves the executor
   * @param slots of an executor: how many instances it keeps
   */
  public record Jobs(String key, List<String> alive, int slots) implements Serializable {
    private static final long serialVersionUID = 1L;

    public Jobs {
      alive = List.copyOf(alive);
    }

    /** Whether nobody asks for what is kept for a job. */
    public boolean hasEnded(String job) {
      return !alive.contains(job);
    }
  }

  /** A job begins. */
  public void add(String key) {
    open.add(key);
  }

  /** A job has ended. */
  public void remove(String key) {
    open.remove(key);
  }

  /** What to send with a job's round. */
  public Jobs now(JavaSparkContext spark, String key) {
    Set<String> alive = new TreeSet<>(open);
    alive.add(key);
    return new Jobs(key, List.copyOf(alive), TaskSlots.ofExecutor(spark));
  }
}
