package org.sscspark.spark.averaging;

import java.util.OptionalInt;
import org.apache.spark.SparkConf;

/**
 * Executors that Spark asks for when tasks wait and gives back when they are idle. Without word
 * from us it asks for none before the first job, and who then counts task slots counts chance.
 */
public final class DynamicAllocation {
  private static final String ENABLED = "spark.dynamicAllocation.enabled";
  private static final String INITIAL = "spark.dynamicAllocation.initialExecutors";
  private static final String LEAST = "spark.dynamicAllocation.minExecutors";

  /** The setting that says how many executors there may be. */
  public static final String MOST = "spark.dynamicAllocation.maxExecutors";

  private DynamicAllocation() {}

  /** Whether an application's executors come and go. */
  public static boolean isOn(SparkConf conf) {
    String master = conf.get("spark.master", "");
    return conf.getBoolean(ENABLED, false)
        && !master.equals("local")
        && !master.startsWith("local[");
  }

  /** The most executors that the application may have, if that is limited. */
  public static OptionalInt most(SparkConf conf) {
    int most = conf.getInt(MOST, Integer.MAX_VALUE);
    return most == Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(most);
  }

  /** Before Spark starts: has it ask for all executors there may be, or at least for one. */
  public static void askAtStart(SparkConf conf) {
    if (!isOn(conf)) {
      return;
    }
    int wanted =
        most(conf)
            .orElseGet(() -> Math.max(1, Math.max(conf.getInt(LEAST, 0), conf.getInt(INITIAL, 0))));
    conf.set(INITIAL, Integer.toString(wanted));
  }
}
