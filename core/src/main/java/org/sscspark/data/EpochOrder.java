package org.sscspark.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * Which worker sees which example when, in one epoch. The epoch is one sequence of all examples:
 * the shards in an order that (seed, epoch) decides, and in each shard its examples in an order
 * that (seed, epoch, shard) decides. Of K workers, worker w owns the places [w N / K, (w + 1) N /
 * K) of that sequence, so every example is used exactly once, and workers differ by one example at
 * most.
 */
public final class EpochOrder {
  private final List<ShardFile> shards;
  private final long examples;
  private final long seed;
  private final long epoch;
  private final int workers;
  private final boolean shuffled;
  private final int[] shardOrder;

  private EpochOrder(
      DatasetManifest manifest, long seed, long epoch, int workers, boolean shuffled) {
    if (workers < 1) {
      throw new IllegalArgumentException("Workers must be positive, were " + workers);
    }
    this.shards = manifest.shards();
    this.examples = manifest.examples();
    this.seed = seed;
    this.epoch = epoch;
    this.workers = workers;
    this.shuffled = shuffled;
    this.shardOrder =
        shuffled
            ? RandomStream.of(seed, Purpose.SHARD_ORDER, epoch).permutation(shards.size())
            : IntStream.range(0, shards.size()).toArray();
  }

  /** Returns the order of a training epoch. */
  public static EpochOrder of(DatasetManifest manifest, long seed, long epoch, int workers) {
    return new EpochOrder(manifest, seed, epoch, workers, /* shuffled= */ true);
  }

  /** Returns the order in which the examples are stored: for evaluation. */
  public static EpochOrder stored(DatasetManifest manifest, int workers) {
    return new EpochOrder(manifest, /* seed= */ 0, /* epoch= */ 0, workers, /* shuffled= */ false);
  }

  public long seed() {
    return seed;
  }

  public long epoch() {
    return epoch;
  }

  public int workers() {
    return workers;
  }

  /** The examples of a worker. */
  public int examples(int worker) {
    return Math.toIntExact(start(worker + 1) - start(worker));
  }

  /** The minibatches of a worker; the last may be partial. */
  public int batches(int worker, int batch) {
    return (int) (((long) examples(worker) + batch - 1) / batch);
  }

  private long start(int worker) {
    return Math.multiplyExact(examples, (long) worker) / workers;
  }

  /** Returns the parts of shards that a worker owns, in its order; none of them is empty. */
  public List<Segment> segments(int worker) {
    if (worker < 0 || worker >= workers) {
      throw new IllegalArgumentException("No worker " + worker + " of " + workers);
    }
    List<Segment> segments = new ArrayList<>();
    long shardStart = 0;
    for (int shard : shardOrder) {
      int size = shards.get(shard).examples();
      int from = (int) Math.min(size, Math.max(0, start(worker) - shardStart));
      int to = (int) Math.min(size, Math.max(0, start(worker + 1) - shardStart));
      if (from < to) {
        segments.add(new Segment(shard, from, to));
      }
      shardStart += size;
    }
    return segments;
  }

  /** Returns a shard's examples, by their stored index, in the order of this epoch. */
  public int[] exampleOrder(int shard) {
    int size = shards.get(shard).examples();
    return shuffled
        ? RandomStream.of(seed, Purpose.EXAMPLE_ORDER, epoch, shard).permutation(size)
        : IntStream.range(0, size).toArray();
  }

  /** The places [from, to) of {@link #exampleOrder} of a shard. */
  public record Segment(int shard, int from, int to) {}
}
