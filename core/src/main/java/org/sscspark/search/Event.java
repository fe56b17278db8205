package org.sscspark.search;

/** Something that happened in a search, in the order in which the search knew it. */
public sealed interface Event permits Job, Event.Result, Event.Failure {
  /** Which trial it was, from 0. */
  int trial();

  /** To how many complete epochs the trial was or is to be trained. */
  int epochs();

  /** A job was done. */
  record Result(int trial, int epochs, double score) implements Event {
    public Result {
      if (!Double.isFinite(score)) {
        throw new IllegalArgumentException("A score must be finite, was " + score);
      }
    }
  }

  /**
   * A job failed for good; its trial is over.
   *
   * @param reason one line
   */
  record Failure(int trial, int epochs, String reason) implements Event {}
}
