package org.sscspark.spark.averaging;

import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.sscspark.config.BadInputException;

/** The memory of executors and driver, compared with what work takes at least. */
public final class ExecutorMemory {
  private static final int MEBI = 20;

  private ExecutorMemory() {}

  /**
   * Holds that executors have memory for work in all their task slots. Estimates are of what is
   * needed at least, so what passes may still be slow or fail; what does not pass cannot go well.
   *
   * @param what the work, as the beginning of a sentence
   * @param sharedHeapBytes once for each executor
   * @param heapBytes for each task slot
   * @param nativeBytes outside of the heap, for each task slot
   * @throws BadInputException if there is too little
   */
  public static void require(
      JavaSparkContext spark, String what, long sharedHeapBytes, long heapBytes, long nativeBytes) {
    int slots = TaskSlots.ofExecutor(spark);
    long heap = executorHeapBytes(spark);
    long neededHeap = sharedHeapBytes + slots * heapBytes;
    // JavaCPP gives out as much native memory as the heap is large.
    long neededNative = slots * nativeBytes;
    long needed = Math.max(neededHeap, neededNative);
    if (needed > heap) {
      throw new BadInputException(
          ("%s takes at least %s of heap and %s outside of it in each executor (%s task slots),"
                  + " which has %s: %s, or fewer cores")
              .formatted(
                  what,
                  mebi(neededHeap),
                  mebi(neededNative),
                  slots,
                  mebi(heap),
                  remedy(spark, needed)));
    }
  }

  /**
   * Holds that the driver has memory for something.
   *
   * @throws BadInputException if there is too little
   */
  public static void requireOfDriver(String what, long bytes) {
    long heap = Runtime.getRuntime().maxMemory();
    if (bytes > heap) {
      throw new BadInputException(
          "%s takes at least %s in the driver, which has %s: give it more, as in SSC_DRIVER_MEMORY=%sg"
              .formatted(what, mebi(bytes), mebi(heap), gibi(bytes)));
    }
  }

  private static String remedy(JavaSparkContext spark, long needed) {
    return spark.sc().isLocal()
        ? "with a local master give the driver more, as in SSC_DRIVER_MEMORY=%sg"
            .formatted(gibi(needed))
        : "give executors more, as in SSC_SUBMIT_ARGS=\"--executor-memory %sg\""
            .formatted(gibi(needed));
  }

  /** Whole gibibytes with room for what is not counted. */
  private static long gibi(long bytes) {
    return 1 + (bytes + bytes / 2 >> 30);
  }

  private static String mebi(long bytes) {
    return String.format(Locale.ROOT, "%,d MiB", bytes >> MEBI);
  }

  private static long executorHeapBytes(JavaSparkContext spark) {
    SparkConf conf = spark.getConf();
    return spark.sc().isLocal()
        ? Runtime.getRuntime().maxMemory()
        : conf.getSizeAsMb("spark.executor.memory", "1g") << MEBI;
  }
}
