package org.sscspark.spark.predict;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.sscspark.data.Dataset;
import org.sscspark.data.EncodedBlock;
import org.sscspark.data.EpochOrder;
import org.sscspark.data.ImageBlock;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.PassedOver;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.network.NetworkSpec;
import org.sscspark.spark.dataset.DatasetReference;

/** A sharded data set; an image's id is its number there. */
record DatasetInput(DatasetReference data) implements PredictInput {
  private static final long IMAGES_PER_PART = 1024;

  static DatasetInput of(DatasetReference data, NetworkSpec network) {
    DatasetInput input = new DatasetInput(data);
    String where = data.location().toString();
    if (input.pixels()) {
      PredictorPlan.requirePixels(network, data.manifest().shape(), where);
    } else {
      PredictorPlan.requireFiles(network, where);
    }
    return input;
  }

  @Override
  public String words() {
    return "data set " + data.location();
  }

  @Override
  public boolean pixels() {
    return data.manifest().encoding() == ImageEncoding.RAW;
  }

  /** Images were checked when they were sharded. */
  @Override
  public ReadLimits limits() {
    return ReadLimits.none();
  }

  @Override
  public List<PassedOver> passedOver() {
    return List.of();
  }

  @Override
  public JavaRDD<RawRecord> open(SparkSession session) {
    long examples = data.manifest().examples();
    long wanted = Math.max(data.manifest().shards().size(), (examples - 1) / IMAGES_PER_PART + 1);
    int parts = Math.toIntExact(Math.min(examples, wanted));
    DatasetReference set = data;
    return JavaSparkContext.fromSparkContext(session.sparkContext())
        .parallelize(IntStream.range(0, parts).boxed().toList(), Tasks.of(session, parts))
        .flatMap(part -> images(set, EpochOrder.stored(set.manifest(), parts).segments(part)));
  }

  private static Iterator<RawRecord> images(
      DatasetReference data, List<EpochOrder.Segment> segments) {
    Dataset dataset = data.open();
    boolean pixels = data.manifest().encoding() == ImageEncoding.RAW;
    return segments.stream()
        .flatMap(
            segment -> {
              IntStream places = IntStream.range(segment.from(), segment.to());
              if (pixels) {
                ImageBlock block = dataset.readShard(segment.shard());
                return places.mapToObj(n -> image(block, n));
              }
              EncodedBlock block = dataset.readFiles(segment.shard());
              return places.mapToObj(
                  n -> new RawRecord("", Long.toString(block.ids()[n]), block.files().get(n)));
            })
        .iterator();
  }

  private static RawRecord image(ImageBlock block, int n) {
    int size = block.shape().size();
    return new RawRecord(
        "",
        Long.toString(block.ids()[n]),
        Arrays.copyOfRange(block.pixels(), n * size, (n + 1) * size));
  }
}
