package org.sscspark.spark.compare;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.sscspark.report.FieldType;
import org.sscspark.report.Table.Align;

/**
 * A number over seeds.
 *
 * @param count how many seeds have it
 * @param mean NaN without any
 * @param std the sample standard deviation; NaN with fewer than two
 */
record Statistic(int count, double mean, double std) {
  /** A known one for programs: mean, and std where there is one. */
  static final FieldType<Statistic> TYPE =
      new FieldType<>(Align.RIGHT, List.of("_mean", "_std"), Statistic::cells, Statistic::json);

  /** Of some values; those that are not known (NaN) do not count. */
  static Statistic of(double... values) {
    double[] known = Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
    double mean = Arrays.stream(known).sum() / known.length;
    double squares = Arrays.stream(known).map(value -> (value - mean) * (value - mean)).sum();
    return new Statistic(
        known.length,
        mean,
        known.length < 2 ? Double.NaN : Math.sqrt(squares / (known.length - 1)));
  }

  boolean isKnown() {
    return count > 0;
  }

  /** This, if it is known. */
  Optional<Statistic> known() {
    return isKnown() ? Optional.of(this) : Optional.empty();
  }

  private List<String> cells() {
    return List.of(Double.toString(mean), count < 2 ? "" : Double.toString(std));
  }

  private ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("mean", mean);
    return count < 2 ? json : json.put("std", std);
  }
}
