package org.sscspark.search;

/** What a search wants next: a job, or none for now, or none any more. */
public sealed interface Suggestion permits Job, Suggestion.None {
  /** No job. */
  enum None implements Suggestion {
    /** Results of jobs under way may lead to more. */
    WAIT,
    /** The search has ended. */
    DONE
  }
}
