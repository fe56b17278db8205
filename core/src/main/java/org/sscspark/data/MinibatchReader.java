package org.sscspark.data;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NoSuchElementException;
import java.util.function.BooleanSupplier;
import org.sscspark.engine.InputLayout;
import org.sscspark.network.FeatureShape;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * The minibatches of a plan, in order, each prepared while the one before is used. What it returns
 * depends on the data set, the plan, the transform and the layout only, so a reader that starts at
 * minibatch b resumes exactly where another stopped. Two buffers are reused; one thread fills them,
 * and another reads the next shard ahead. {@link #close} stops and joins both. For one consuming
 * thread.
 */
public final class MinibatchReader implements TrainingBatches<Minibatch> {
  private final MinibatchPlan plan;
  private final MinibatchSource source;
  private final BatchMixer mixer;
  private final Thread filler;

  // Guarded by this.
  private final Deque<Minibatch> free = new ArrayDeque<>(2);
  private Minibatch ready;
  private Throwable failure;
  private boolean closed;

  // Of the consuming thread.
  private Minibatch lent;
  private int nextBatch;

  /**
   * Starts to prepare the first minibatch.
   *
   * @param layout where pixels go; its capacity must be at least the plan's batch
   * @throws IllegalArgumentException if the layout's shape is not the data set's
   */
  public MinibatchReader(
      Dataset dataset, MinibatchPlan plan, ImageTransform transform, InputLayout layout) {
    checkShape(layout.shape(), dataset);
    if (layout.capacity() < plan.batch()) {
      throw new IllegalArgumentException(
          "Buffers of %s images cannot hold minibatches of %s"
              .formatted(layout.capacity(), plan.batch()));
    }
    this.plan = plan;
    this.nextBatch = plan.firstBatch();
    this.mixer =
        new BatchMixer(
            transform.augmentation().minibatchChanges(),
            layout,
            dataset.manifest().classes().size());
    this.source = MinibatchSource.of(dataset, plan, transform, layout);
    for (int buffer = 0; buffer < 2; buffer++) {
      free.add(new Minibatch(new float[layout.length()], mixer.newTargets(plan.batch()), 0));
    }
    this.filler = new Thread(this::fill, "minibatches-of-worker-" + plan.worker());
    filler.setDaemon(true);
    filler.start();
  }

  static void checkShape(FeatureShape input, Dataset dataset) {
    if (!input.equals(dataset.manifest().shape())) {
      throw new IllegalArgumentException(
          "A network with input %s cannot read images of shape %s"
              .formatted(input, dataset.manifest().shape()));
    }
  }

  @Override
  public boolean hasNext() {
    return nextBatch < plan.endBatch();
  }

  /**
   * Returns the next minibatch; the arrays of the one before are given up.
   *
   * @throws NoSuchElementException if the plan is done
   * @throws org.sscspark.config.BadInputException if a shard cannot be read
   */
  @Override
  public synchronized Minibatch next() {
    if (!hasNext()) {
      throw new NoSuchElementException("No minibatch " + nextBatch + " in this plan");
    }
    if (lent != null) {
      free.add(lent);
      lent = null;
      notifyAll();
    }
    awaitUntil(() -> ready != null || failure != null || closed);
    if (closed) {
      throw new IllegalStateException("The reader of worker " + plan.worker() + " is closed");
    }
    if (ready == null) {
      throw rethrown(failure);
    }
    lent = ready;
    ready = null;
    notifyAll();
    nextBatch++;
    return lent;
  }

  private static RuntimeException rethrown(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }

  private synchronized void awaitUntil(BooleanSupplier condition) {
    try {
      while (!condition.getAsBoolean()) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "Interrupted while waiting for minibatches of worker " + plan.worker(), e);
    }
  }

  private void fill() {
    try {
      for (int batch = plan.firstBatch(); batch < plan.endBatch(); batch++) {
        Minibatch buffer = takeFree();
        if (buffer == null) {
          return;
        }
        int count = source.next(buffer.input(), buffer.labels());
        EpochOrder order = plan.order();
        mixer.mix(
            buffer.input(),
            buffer.targets(),
            count,
            RandomStream.key(order.seed(), Purpose.MIXING, order.epoch(), plan.worker(), batch));
        publish(new Minibatch(buffer.input(), buffer.targets(), count));
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  /** Returns a buffer to fill, or null if the reader was closed. */
  private synchronized Minibatch takeFree() {
    awaitUntil(() -> closed || (!free.isEmpty() && ready == null));
    return closed ? null : free.remove();
  }

  private synchronized void publish(Minibatch minibatch) {
    ready = minibatch;
    notifyAll();
  }

  private synchronized void fail(Throwable cause) {
    failure = cause;
    notifyAll();
  }

  /**
   * Stops reading ahead and joins the threads; at most one read of a shard and one minibatch are
   * waited for.
   */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    boolean interrupted = false;
    while (filler.isAlive()) {
      try {
        filler.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    source.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
