package org.sscspark.data;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.IntFunction;

/**
 * The examples of a plan one after the other, of which the current shard and the next are in
 * memory. The next shard is read by a thread of its own: a read is not interrupted, because other
 * readers may be waiting for the same one in the cache.
 */
final class ShardSequence<B extends ExampleBlock> implements AutoCloseable {
  private final IntFunction<B> reading;
  private final EpochOrder order;
  private final List<EpochOrder.Segment> segments;
  private int remaining;
  private int segment;
  private int place;
  private B block;
  private int[] exampleOrder;
  private FutureTask<B> ahead;
  private Thread aheadThread;

  /**
   * Begins before the first example of a plan.
   *
   * @param reading reads a shard
   */
  ShardSequence(IntFunction<B> reading, MinibatchPlan plan) {
    this.reading = reading;
    this.order = plan.order();
    this.segments = order.segments(plan.worker());
    long first = (long) plan.firstBatch() * plan.batch();
    long end = Math.min((long) plan.endBatch() * plan.batch(), order.examples(plan.worker()));
    this.remaining = (int) Math.max(0, end - first);
    long skip = first;
    while (segment < segments.size() && skip >= length(segment)) {
      skip -= length(segment);
      segment++;
    }
    this.place = segment < segments.size() ? segments.get(segment).from() + (int) skip - 1 : 0;
  }

  private int length(int index) {
    return segments.get(index).to() - segments.get(index).from();
  }

  /** The examples not yet visited. */
  int remaining() {
    return remaining;
  }

  /** Moves to the next example. */
  void advance() {
    place++;
    if (block == null) {
      open(reading.apply(segments.get(segment).shard()));
    } else if (place == segments.get(segment).to()) {
      segment++;
      place = segments.get(segment).from();
      open(await(ahead));
    }
    remaining--;
  }

  private void open(B opened) {
    block = opened;
    exampleOrder = order.exampleOrder(segments.get(segment).shard());
    int left = segments.get(segment).to() - place;
    if (left < remaining) {
      int next = segments.get(segment + 1).shard();
      ahead = new FutureTask<>(() -> reading.apply(next));
      aheadThread = new Thread(ahead, "read-shard-" + next);
      aheadThread.setDaemon(true);
      aheadThread.start();
    }
  }

  private static <B> B await(FutureTask<B> read) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return read.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The shard of the current example. */
  B block() {
    return block;
  }

  /** The current example's index in its block. */
  int example() {
    return exampleOrder[place];
  }

  long id() {
    return block.ids()[example()];
  }

  int label() {
    return block.labels()[example()];
  }

  /** Waits for a read that was begun. */
  @Override
  public void close() {
    if (aheadThread == null) {
      return;
    }
    boolean interrupted = false;
    while (aheadThread.isAlive()) {
      try {
        aheadThread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
