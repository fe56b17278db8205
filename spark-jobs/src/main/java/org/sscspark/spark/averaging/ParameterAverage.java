package org.sscspark.spark.averaging;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * The mean of a round's contributions, weighted by examples and summed in worker order.
 *
 * @param mean the averaged vector; empty if no worker had examples
 * @param examples the sum of the weights
 * @param contributions one per worker, in worker order, without their vectors
 */
@SuppressWarnings("ArrayRecordComponent") // A result handed to its only reader.
public record ParameterAverage(float[] mean, long examples, List<Contribution> contributions) {

  /**
   * Runs the workers and averages what they bring, in one Spark job.
   *
   * @param workers one contribution per worker
   * @param length the floats of a contribution's vector
   * @param reduction not {@link Reduction#AUTO}
   */
  public static ParameterAverage of(
      JavaRDD<Contribution> workers, int length, Reduction reduction) {
    return switch (reduction) {
      case COLLECT -> of(workers.collect(), length);
      case SLICES -> slices(workers, length, workers.getNumPartitions());
      case AUTO -> throw new IllegalArgumentException("AUTO must be resolved first");
    };
  }

  /** Averages contributions that arrived in any order. */
  static ParameterAverage of(List<Contribution> arrived, int length) {
    List<Contribution> ordered = new ArrayList<>(arrived);
    ordered.sort(Comparator.comparingInt(Contribution::worker));
    WeightedMean mean = new WeightedMean(length);
    for (Contribution contribution : ordered) {
      mean.add(contribution.values(), contribution.examples());
    }
    return new ParameterAverage(
        mean.weight() == 0 ? new float[0] : mean.mean(),
        mean.weight(),
        ordered.stream().map(Contribution::withoutValues).toList());
  }

  /** The reduce-scatter: slice s of every worker meets in partition s. */
  private static ParameterAverage slices(JavaRDD<Contribution> workers, int length, int slices) {
    List<Tuple2<byte[], List<Contribution>>> means =
        workers
            .flatMapToPair(contribution -> cut(contribution, length, slices))
            .partitionBy(new HashPartitioner(slices))
            .mapPartitionsWithIndex(
                (slice, parts) -> List.of(meanOfSlice(parts, slice, length, slices)).iterator(),
                false)
            .collect();
    List<Contribution> contributions = means.get(0)._2();
    long examples = contributions.stream().mapToLong(Contribution::examples).sum();
    float[] mean = new float[examples == 0 ? 0 : length];
    int next = 0;
    for (Tuple2<byte[], List<Contribution>> slice : means) {
      var values = FloatBytes.view(slice._1());
      int count = values.remaining();
      values.get(mean, next, count);
      next += count;
    }
    return new ParameterAverage(mean, examples, contributions);
  }

  private static Iterator<Tuple2<Integer, Contribution>> cut(
      Contribution contribution, int length, int slices) {
    return IntStream.range(0, slices)
        .mapToObj(
            slice ->
                new Tuple2<>(
                    slice,
                    contribution.slice(
                        start(slice, length, slices), start(slice + 1, length, slices))))
        .iterator();
  }

  private static Tuple2<byte[], List<Contribution>> meanOfSlice(
      Iterator<Tuple2<Integer, Contribution>> parts, int slice, int length, int slices) {
    List<Contribution> arrived = new ArrayList<>();
    parts.forEachRemaining(part -> arrived.add(part._2()));
    ParameterAverage average =
        of(arrived, start(slice + 1, length, slices) - start(slice, length, slices));
    return new Tuple2<>(
        FloatBytes.encode(average.mean),
        slice == 0 ? new ArrayList<>(average.contributions) : new ArrayList<>());
  }

  private static int start(int slice, int length, int slices) {
    return (int) ((long) slice * length / slices);
  }
}
