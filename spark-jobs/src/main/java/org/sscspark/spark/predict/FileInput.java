package org.sscspark.spark.predict;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.sscspark.data.PassedOver;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.raw.RawDataset;
import org.sscspark.data.raw.RawPart;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.network.NetworkSpec;
import org.sscspark.spark.dataset.TaskRecords;

/** Image files in a folder or an archive; an image's id is its path. */
record FileInput(RawDataset images, ReadLimits limits, List<PassedOver> passedOver)
    implements PredictInput {

  static FileInput of(RawDataset images, NetworkSpec network, ReadLimits limits)
      throws IOException {
    PredictorPlan.requireFiles(network, images.source().location());
    // What lies beside the images belongs to the first part, and needs no look at them.
    List<PassedOver> passedOver =
        images.count(new Configuration(false), images.parts().get(0)).passedOver();
    return new FileInput(images, limits, passedOver);
  }

  @Override
  public String words() {
    return "the images of " + images.source().location();
  }

  @Override
  public boolean pixels() {
    return false;
  }

  @Override
  public JavaRDD<RawRecord> open(SparkSession session) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    Broadcast<SerializableConfiguration> configuration =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    RawDataset raw = images;
    List<RawPart> parts = raw.parts();
    int tasks = Tasks.of(session, parts.size());
    JavaRDD<RawRecord> records =
        spark
            .parallelize(IntStream.range(0, parts.size()).boxed().toList(), tasks)
            .flatMap(
                part ->
                    TaskRecords.open(configuration.value().value(), raw, raw.parts().get(part)));
    // A tar can only be read from its beginning, but its images need not wait for each other.
    return parts.size() == 1 ? records.repartition(Tasks.slots(session)) : records;
  }
}
