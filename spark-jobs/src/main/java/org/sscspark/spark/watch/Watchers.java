package org.sscspark.spark.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.training.EpochMetrics;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingState;

/** Tells listeners of a run, and lets go of those that fail: watching never stops a run. */
public final class Watchers implements TrainingListener {
  private static final Logger LOG = LoggerFactory.getLogger(Watchers.class);

  private final List<RunListener> listeners;

  /** Tells listeners in this order. */
  public Watchers(List<RunListener> listeners) {
    this.listeners = new ArrayList<>(listeners);
  }

  /** Says which run it is. */
  public void begin(WatchedRun run) {
    tell(listener -> listener.onRun(run));
  }

  /** The run has ended. */
  public void end(boolean complete) {
    tell(listener -> listener.onEnd(complete));
  }

  @Override
  public void onStart(TrainingState start) {
    tell(listener -> listener.onStart(start));
  }

  @Override
  public void onRound(RoundMetrics metrics, TrainingState state) {
    tell(listener -> listener.onRound(metrics, state));
  }

  @Override
  public void onEpoch(EpochMetrics metrics, TrainingState state) {
    tell(listener -> listener.onEpoch(metrics, state));
  }

  private void tell(Consumer<RunListener> message) {
    for (RunListener listener : List.copyOf(listeners)) {
      try {
        message.accept(listener);
      } catch (OutOfMemoryError e) {
        // The run may be the one that has too little.
        throw e;
      } catch (Throwable e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        LOG.warn(
            "{} failed and is told no more of this run: {}",
            listener.getClass().getName(),
            e.toString());
        LOG.debug("As it failed", e);
        listeners.remove(listener);
      }
    }
  }
}
