package org.sscspark.spark.averaging;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockManagerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Where workers trained last. Their shards are in those executors' caches, so that is where Spark
 * is asked to run them again; where it cannot, they read once more and give the same bits.
 */
final class Places {
  private static final Logger LOG = LoggerFactory.getLogger(Places.class);
  private static final String NOWHERE = "";

  private final String[] places;
  private long loadedBytes;
  private long examples;

  Places(int workers) {
    this.places = new String[workers];
  }

  /**
   * This executor, in the words of Spark's scheduler; in an application of one process, nothing.
   */
  static String here() {
    SparkEnv env = SparkEnv.get();
    if (env == null || env.executorId().equals("driver")) {
      return NOWHERE;
    }
    BlockManagerId id = env.blockManager().blockManagerId();
    return "executor_" + id.host() + "_" + id.executorId();
  }

  /** The workers, a partition each. */
  JavaRDD<Integer> workers(JavaSparkContext spark) {
    List<Tuple2<Integer, Seq<String>>> workers = new ArrayList<>();
    for (int worker = 0; worker < places.length; worker++) {
      List<String> preferred = places[worker] == null ? List.of() : List.of(places[worker]);
      workers.add(new Tuple2<>(worker, JavaConverters.asScalaBuffer(preferred).toList()));
    }
    // Arrays of objects, as Spark's own Java interface makes them: Kryo knows those.
    ClassTag<Integer> integers = ClassTag$.MODULE$.apply(Object.class);
    return spark.sc().makeRDD(JavaConverters.asScalaBuffer(workers).toList(), integers).toJavaRDD();
  }

  /** Remembers where a round was computed. */
  void moved(List<WorkerReport.Trained> reports) {
    for (int worker = 0; worker < places.length; worker++) {
      WorkerReport.Trained report = reports.get(worker);
      if (!report.place().equals(NOWHERE)) {
        places[worker] = report.place();
      }
      loadedBytes += report.loadedBytes();
      examples += report.tally().examples();
    }
  }

  /** How often images were read, for the log. */
  void say(long bytesOfImage) {
    if (examples > 0) {
      LOG.info(
          "Workers trained on {} images of {} bytes and read {} bytes of shards: {} for each"
              + " trained",
          examples,
          bytesOfImage,
          loadedBytes,
          String.format(Locale.ROOT, "%.2f", (double) loadedBytes / examples / bytesOfImage));
    }
  }
}
