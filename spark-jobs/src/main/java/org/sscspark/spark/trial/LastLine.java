package org.sscspark.spark.trial;

import org.apache.spark.util.AccumulatorV2;

/** The metrics of a trial's last epoch; they travel with the executor's heartbeats. */
final class LastLine extends AccumulatorV2<String, String> {
  private static final long serialVersionUID = 1L;

  // Written by the task, read by the thread of the heartbeats.
  private volatile String line = "";

  @Override
  public boolean isZero() {
    return line.isEmpty();
  }

  @Override
  public LastLine copy() {
    LastLine copy = new LastLine();
    copy.line = line;
    return copy;
  }

  @Override
  public void reset() {
    line = "";
  }

  @Override
  public void add(String newest) {
    line = newest;
  }

  @Override
  public void merge(AccumulatorV2<String, String> other) {
    if (!other.isZero()) {
      line = other.value();
    }
  }

  @Override
  public String value() {
    return line;
  }
}
