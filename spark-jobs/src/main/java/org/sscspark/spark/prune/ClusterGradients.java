package org.sscspark.spark.prune;

import java.io.Serializable;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.sscspark.pruning.ChunkArithmetic;
import org.sscspark.pruning.ChunkGradient;
import org.sscspark.pruning.GradientSource;
import org.sscspark.pruning.GradientSources;
import org.sscspark.pruning.GradientSum;
import org.sscspark.pruning.ScoredFunction;
import org.sscspark.pruning.ScoringData;
import org.sscspark.spark.averaging.ExecutorLanes;
import org.sscspark.spark.averaging.JavaBytes;
import org.sscspark.spark.averaging.TaskSlots;
import org.sscspark.spark.dataset.DatasetReference;
import scala.Tuple2;

/**
 * Gradients of scoring examples, a task for each chunk. The driver adds them in the chunks' order,
 * so the sum has the bits of one machine's, however many workers there are. Of a large network it
 * never holds more than one slice of what the workers bring: slices of all workers meet in Spark's
 * shuffle and come one after the other.
 *
 * @param data the training set
 * @param workers chunks that are computed at once
 * @param sliceBytes what of them the driver holds at a time
 */
public record ClusterGradients(
    JavaSparkContext spark, DatasetReference data, int workers, long sliceBytes)
    implements GradientSources {
  private static final long SLICE_BYTES = 24L << 20;

  public ClusterGradients {
    if (workers < 1) {
      throw new IllegalArgumentException("Workers must be positive, were " + workers);
    }
    if (sliceBytes < Double.BYTES) {
      throw new IllegalArgumentException("A slice of " + sliceBytes + " bytes holds nothing");
    }
  }

  /** As many workers as {@link TaskSlots#toShare} says. */
  public static ClusterGradients of(JavaSparkContext spark, DatasetReference data) {
    return new ClusterGradients(spark, data, TaskSlots.toShare(spark.sc()), SLICE_BYTES);
  }

  @Override
  public GradientSource of(ScoredFunction given, ScoringData scoring) {
    ScoredFunction function = given.withLanes(() -> ExecutorLanes.narrowest(spark));
    ScoringMemory.require(spark, function, scoring.chunk());
    ChunkArithmetic arithmetic = new ChunkArithmetic();
    return new GradientSource() {
      @Override
      public double[] gradient(DoubleBuffer weights, int draw) {
        return ClusterGradients.this.gradient(
            new Task(function, scoring, data, draw), weights, arithmetic);
      }

      @Override
      public String description() {
        return arithmetic.describe(function);
      }
    };
  }

  /** By the driver, which reads the shards that the draw is in. */
  @Override
  public OptionalInt classes(ScoringData scoring) {
    return OptionalInt.of(scoring.classes(data.open()));
  }

  private double[] gradient(Task task, DoubleBuffer weights, ChunkArithmetic arithmetic) {
    int chunks = task.scoring().chunks(data.manifest());
    int size = weights.limit();
    Sum sum = new Sum(new GradientSum(size), arithmetic);
    Broadcast<byte[]> sentTask = spark.broadcast(JavaBytes.of(task));
    Broadcast<SentWeights> sentWeights = spark.broadcast(new SentWeights(weights));
    try {
      for (int start = 0; start < chunks; start += workers) {
        List<Integer> wave =
            IntStream.range(start, Math.min(start + workers, chunks)).boxed().toList();
        JavaRDD<ChunkPart> gradients =
            spark
                .parallelize(wave, wave.size())
                .map(
                    chunk ->
                        JavaBytes.read(sentTask.value(), Task.class)
                            .gradient(chunk, sentWeights.value().values()));
        add(gradients, wave.size(), size, sum);
      }
    } finally {
      sentWeights.destroy();
      sentTask.destroy();
    }
    return sum.values().mean(task.scoring().examples(data.manifest()));
  }

  /** What has arrived: gradients added up, and what computed them. */
  private record Sum(GradientSum values, ChunkArithmetic arithmetic) {
    void add(int from, ChunkPart part) {
      arithmetic.add(part.arithmetic());
      values.add(from, part.values());
    }
  }

  private void add(JavaRDD<ChunkPart> gradients, int chunks, int weights, Sum sum) {
    long bytes = (long) Double.BYTES * weights * chunks;
    int slices = (int) Math.min(weights, (bytes + sliceBytes - 1) / sliceBytes);
    if (slices == 1) {
      gradients.collect().forEach(part -> sum.add(0, part));
      return;
    }
    Iterator<List<ChunkPart>> bySlice =
        gradients
            .flatMapToPair(whole -> cut(whole, slices))
            .partitionBy(new HashPartitioner(slices))
            .mapPartitions(ClusterGradients::inOrder)
            .toLocalIterator();
    for (int slice = 0; slice < slices; slice++) {
      for (ChunkPart part : bySlice.next()) {
        sum.add(start(slice, weights, slices), part);
      }
    }
  }

  private static Iterator<Tuple2<Integer, ChunkPart>> cut(ChunkPart whole, int slices) {
    int weights = whole.values().length;
    return IntStream.range(0, slices)
        .mapToObj(
            slice ->
                new Tuple2<>(
                    slice,
                    new ChunkPart(
                        whole.chunk(),
                        whole.arithmetic(),
                        Arrays.copyOfRange(
                            whole.values(),
                            start(slice, weights, slices),
                            start(slice + 1, weights, slices)))))
        .iterator();
  }

  private static Iterator<List<ChunkPart>> inOrder(Iterator<Tuple2<Integer, ChunkPart>> arrived) {
    List<ChunkPart> parts = new ArrayList<>();
    arrived.forEachRemaining(part -> parts.add(part._2()));
    parts.sort(Comparator.comparingInt(ChunkPart::chunk));
    return List.<List<ChunkPart>>of(parts).iterator();
  }

  private static int start(int slice, int weights, int slices) {
    return (int) ((long) slice * weights / slices);
  }

  /** One gradient as executors see it: a pure function of the chunk's number and the weights. */
  private record Task(ScoredFunction function, ScoringData scoring, DatasetReference data, int draw)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    ChunkPart gradient(int chunk, DoubleBuffer weights) {
      try (ChunkGradient gradient = function.open(scoring.chunk())) {
        return new ChunkPart(
            chunk,
            gradient.arithmetic(),
            gradient.of(weights, scoring.chunk(data.open(), draw, chunk), 0));
      }
    }
  }
}
