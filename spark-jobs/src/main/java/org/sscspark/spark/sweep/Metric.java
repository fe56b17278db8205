package org.sscspark.spark.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.sscspark.config.BadInputException;
import org.sscspark.config.KebabCase;
import org.sscspark.config.Spelling;
import org.sscspark.search.SearchObjective.Direction;

/** What training measures after each epoch. */
enum Metric {
  /** The share of right answers on the validation set. */
  VALIDATION_ACCURACY(Direction.MAXIMIZE, "evaluation", "accuracy"),
  /** The mean loss on the validation set. */
  VALIDATION_LOSS(Direction.MINIMIZE, "evaluation", "loss"),
  /** The share of right answers on training images while parameters moved. */
  TRAINING_ACCURACY(Direction.MAXIMIZE, "", "accuracy"),
  /** The mean loss of training images while parameters moved. */
  TRAINING_LOSS(Direction.MINIMIZE, "", "loss");

  private final Direction better;
  private final String section;
  private final String field;

  Metric(Direction better, String section, String field) {
    this.better = better;
    this.section = section;
    this.field = field;
  }

  /**
   * The metric of a name.
   *
   * @throws BadInputException if there is none
   */
  static Metric of(String name) {
    List<String> names = Arrays.stream(values()).map(KebabCase::of).toList();
    if (!names.contains(name)) {
      throw new BadInputException(
          "Objective: there is no metric " + name + ": " + Spelling.suggestion(name, names));
    }
    return values()[names.indexOf(name)];
  }

  /** Which values are better. */
  Direction better() {
    return better;
  }

  /** Whether the values are shares. */
  boolean isShare() {
    return field.equals("accuracy");
  }

  /** The value in an epoch's metrics; absent if it is not a finite number. */
  OptionalDouble in(JsonNode epoch) {
    JsonNode value = (section.isEmpty() ? epoch : epoch.path(section)).path(field);
    return value.isNumber() && Double.isFinite(value.asDouble())
        ? OptionalDouble.of(value.asDouble())
        : OptionalDouble.empty();
  }
}
