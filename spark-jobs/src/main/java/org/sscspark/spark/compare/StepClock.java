package org.sscspark.spark.compare;

import java.util.List;
import java.util.function.Function;
import org.sscspark.config.BadInputException;
import org.sscspark.data.UnusableDataException;
import org.sscspark.spark.train.Experiment;

/** Times training steps. */
interface StepClock {
  /**
   * A row of a comparison, and the settings of its trials.
   *
   * @param instead what to take where these settings are refused
   */
  record Subject(CellKey key, Experiment experiment, Instead instead) {
    /** What is timed by these settings or not at all. */
    Subject(CellKey key, Experiment experiment) {
      this(
          key,
          experiment,
          refusal -> {
            throw refusal;
          });
    }

    /**
     * What a function makes of the settings, or of the first instead that it does not refuse.
     *
     * @throws BadInputException if there is none
     */
    <T> T made(Function<Experiment, T> maker) {
      Experiment tried = experiment;
      while (true) {
        try {
          return maker.apply(tried);
        } catch (UnusableDataException e) {
          // It says nothing of the settings.
          throw e;
        } catch (BadInputException e) {
          tried = instead.of(e);
        }
      }
    }
  }

  /** Other settings for a row. */
  interface Instead {
    /**
     * Those to try next.
     *
     * @throws BadInputException if there are none
     */
    Experiment of(BadInputException refusal);
  }

  /**
   * Times a step of each.
   *
   * @throws BadInputException if a network cannot be designed
   */
  TimedSteps time(List<Subject> subjects);
}
