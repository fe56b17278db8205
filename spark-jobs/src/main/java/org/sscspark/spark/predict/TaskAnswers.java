package org.sscspark.spark.predict;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.sscspark.data.raw.RawRecord;

/**
 * Answers for the items of one part of a task's table. There is a predictor from the first item to
 * the last, or until the task ends: a task may read many parts in turn, and many may be empty.
 *
 * <p>Functions in Python have a thread of their own that reads, while the task's closes.
 */
final class TaskAnswers<T> implements Iterator<Answered<T>> {
  private final Supplier<Predictor> maker;
  private final Iterator<T> items;
  private final Function<T, RawRecord> image;

  /** Null before the first item and after the last. */
  private Predictor predictor;

  private Iterator<Answered<T>> answers = Collections.emptyIterator();

  TaskAnswers(Supplier<Predictor> maker, Iterator<T> items, Function<T, RawRecord> image) {
    this.maker = maker;
    this.items = items;
    this.image = image;
  }

  @Override
  public synchronized boolean hasNext() {
    if (predictor == null && items.hasNext()) {
      predictor = maker.get();
      answers = predictor.answers(items, image);
      TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> close());
    }
    if (predictor != null && !answers.hasNext()) {
      close();
    }
    return predictor != null;
  }

  @Override
  public synchronized Answered<T> next() {
    if (!hasNext()) {
      throw new NoSuchElementException("No item is left");
    }
    return answers.next();
  }

  private synchronized void close() {
    if (predictor != null) {
      predictor.close();
      predictor = null;
      answers = Collections.emptyIterator();
    }
  }
}
