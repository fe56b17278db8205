package org.sscspark.spark.dataset;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.sscspark.config.BadInputException;

/**
 * What a task came to. Bad input is an answer, not a failure: trying again would not help, and the
 * driver says it in one line.
 *
 * @param value null if the input was bad
 * @param badInput what was wrong with the input; empty if nothing was
 */
record TaskAnswer<T extends Serializable>(T value, String badInput) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A task's work. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /** Does the work of a task. */
  static <T extends Serializable> TaskAnswer<T> of(Work<T> work) throws IOException {
    try {
      return new TaskAnswer<>(work.run(), "");
    } catch (BadInputException e) {
      return new TaskAnswer<>(null, e.getMessage());
    }
  }

  /**
   * Returns the values of all tasks, in their order.
   *
   * @throws BadInputException if the input of some was bad, saying what the first of them found
   */
  static <T extends Serializable> List<T> values(List<TaskAnswer<T>> answers) {
    List<String> bad =
        answers.stream().map(TaskAnswer::badInput).filter(text -> !text.isEmpty()).toList();
    if (!bad.isEmpty()) {
      throw new BadInputException(
          bad.get(0)
              + (bad.size() == 1
                  ? ""
                  : String.format(Locale.ROOT, " (and %,d more parts are bad)", bad.size() - 1)));
    }
    return answers.stream().map(TaskAnswer::value).toList();
  }
}
