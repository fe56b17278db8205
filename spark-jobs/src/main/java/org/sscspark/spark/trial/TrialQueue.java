package org.sscspark.spark.trial;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Decides which trial runs next. Called from one thread. */
public interface TrialQueue {
  /**
   * The next trial to start, as soon as there is a slot for it. Empty if there is none now; asked
   * again after the next trial has ended, and not any more once none is running.
   */
  Optional<Trial> next();

  /**
   * A trial has ended.
   *
   * @param failure why it could not continue, if it failed
   */
  void ended(Trial trial, Optional<TrialFailure> failure);

  /** Some trials, one after the other. */
  static TrialQueue of(List<Trial> trials) {
    return of(trials, (trial, failure) -> {});
  }

  /**
   * Some trials, one after the other.
   *
   * @param failed told of each that could not continue
   */
  static TrialQueue of(List<Trial> trials, BiConsumer<Trial, TrialFailure> failed) {
    Iterator<Trial> left = trials.iterator();
    return new TrialQueue() {
      @Override
      public Optional<Trial> next() {
        return left.hasNext() ? Optional.of(left.next()) : Optional.empty();
      }

      @Override
      public void ended(Trial trial, Optional<TrialFailure> failure) {
        failure.ifPresent(one -> failed.accept(trial, one));
      }
    };
  }
}
