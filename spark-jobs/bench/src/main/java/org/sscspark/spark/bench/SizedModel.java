package org.sscspark.spark.bench;

import org.sscspark.config.BadInputException;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;

/**
 * A model of the zoo, and how wide it is.
 *
 * @param name as it was given: the model's, with a width behind an x, as in {@code resnet32x2}
 */
public record SizedModel(String name, String model, double width) {
  /** A model of the zoo, named as it is there. */
  public SizedModel(String model, double width) {
    this(model, model, width);
  }

  /**
   * Reads a name.
   *
   * @throws BadInputException if what follows an x is no number
   */
  static SizedModel parse(String name) {
    int x = name.indexOf('x');
    if (x < 0) {
      return new SizedModel(name, name, 1);
    }
    try {
      return new SizedModel(name, name.substring(0, x), Double.parseDouble(name.substring(x + 1)));
    } catch (NumberFormatException e) {
      throw new BadInputException(
          "Network %s: give a model's name, or one with its width as in resnet32x2".formatted(name),
          e);
    }
  }

  /**
   * The dense network.
   *
   * @throws BadInputException if the zoo has no such model
   */
  NetworkSpec network(FeatureShape input, int classes) {
    return ModelZoo.named(model, input, classes, width);
  }
}
