package org.sscspark.spark.bench;

import java.util.Optional;
import org.sscspark.training.RoundSeconds;

/** A way to run rounds of averaging, measured beside others. */
interface Contender extends AutoCloseable {
  /**
   * One full round.
   *
   * @param parts where the time went, if it is known
   */
  record Sample(double seconds, Optional<RoundSeconds> parts, long images) {}

  /** Its name in the table. */
  String name();

  /** How many workers train in a round. */
  int workers();

  /** Runs a round in which every worker has all its minibatches. */
  Sample round();

  @Override
  void close();
}
