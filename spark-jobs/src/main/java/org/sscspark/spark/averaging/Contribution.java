package org.sscspark.spark.averaging;

import java.io.Serializable;

/**
 * What one worker brings to a round: a vector, its weight and a small report. A class of plain
 * fields and bytes, so that Java's and Kryo's serialisation both carry it (Kryo cannot make
 * records).
 */
public final class Contribution implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int worker;
  private final long examples;
  private final byte[] values;
  private final byte[] report;

  private Contribution(int worker, long examples, byte[] values, byte[] report) {
    this.worker = worker;
    this.examples = examples;
    this.values = values;
    this.report = report;
  }

  /**
   * Returns a contribution.
   *
   * @param examples the weight; a worker without examples contributes an empty vector
   * @param values encoded floats
   */
  public static Contribution of(int worker, long examples, byte[] values, Serializable report) {
    return new Contribution(
        worker, examples, examples == 0 ? new byte[0] : values, JavaBytes.of(report));
  }

  int worker() {
    return worker;
  }

  long examples() {
    return examples;
  }

  byte[] values() {
    return values;
  }

  /** The report, if this is a whole contribution or its first slice. */
  public <R extends Serializable> R report(Class<R> type) {
    return JavaBytes.read(report, type);
  }

  /** The part of this contribution between two floats; only the first part has the report. */
  Contribution slice(int from, int to) {
    byte[] part = new byte[examples == 0 ? 0 : (to - from) * Float.BYTES];
    System.arraycopy(values, examples == 0 ? 0 : from * Float.BYTES, part, 0, part.length);
    return new Contribution(worker, examples, part, from == 0 ? report : new byte[0]);
  }

  /** The same contribution without its vector. */
  Contribution withoutValues() {
    return new Contribution(worker, examples, new byte[0], report);
  }
}
