package org.sscspark.spark.compare;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What SSC costs at each density of a plan, where others are to cost that: designed and counted
 * when it is first asked for, and once. It follows from the plan, and tells no two plans apart.
 */
final class SscMacs {
  private final Function<Double, Long> count;
  private final Map<Double, Long> counted = new ConcurrentHashMap<>();

  /**
   * Has counted nothing yet.
   *
   * @param count multiply-adds of an image, by density
   */
  SscMacs(Function<Double, Long> count) {
    this.count = count;
  }

  long at(double density) {
    return counted.computeIfAbsent(density, count);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SscMacs;
  }

  @Override
  public int hashCode() {
    return SscMacs.class.hashCode();
  }
}
