package org.sscspark.spark.trial;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import scala.Tuple4;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * What trials in tasks say of their epochs while they run: accumulators, whose values executors
 * send along with their heartbeats. Nobody has to ask a file system for it.
 */
final class EpochReports extends SparkListener implements AutoCloseable {
  private static final String NAME = "last epoch of ";

  private final JavaSparkContext spark;
  private final Map<Long, String> arrived = new ConcurrentHashMap<>();

  EpochReports(JavaSparkContext spark) {
    this.spark = spark;
    spark.sc().addSparkListener(this);
  }

  /** What a trial that is about to start tells its epochs to. */
  LastLine open(Trial trial) {
    LastLine line = new LastLine();
    spark.sc().register(line, NAME + trial.name());
    return line;
  }

  /** The metrics of the last epoch that is known of. */
  Optional<String> last(LastLine line) {
    // The driver's own copy has the value once the task has ended well.
    return line.isZero() ? Optional.ofNullable(arrived.get(line.id())) : Optional.of(line.value());
  }

  /** The trial has ended. */
  void close(LastLine line) {
    arrived.remove(line.id());
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    for (Tuple4<Object, Object, Object, Seq<AccumulableInfo>> task :
        JavaConverters.asJavaIterable(update.accumUpdates())) {
      for (AccumulableInfo info : JavaConverters.asJavaIterable(task._4())) {
        boolean ours = info.name().isDefined() && info.name().get().startsWith(NAME);
        if (ours && info.update().isDefined()) {
          arrived.put(info.id(), (String) info.update().get());
        }
      }
    }
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(this);
  }
}
