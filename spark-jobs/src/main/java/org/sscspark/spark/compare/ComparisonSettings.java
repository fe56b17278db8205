package org.sscspark.spark.compare;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sscspark.config.BadInputException;
import org.sscspark.config.KebabCase;
import org.sscspark.pruning.Method;
import org.sscspark.spark.trial.RunMode;

/**
 * What is compared; section {@code compare} of the settings.
 *
 * @param methods in the order of the table
 * @param variants of SSC by other settings, by their names: a row each beside SSC
 * @param densities of all methods but dense, in the order of the table
 * @param equal what methods have alike at a density
 * @param seconds of training for each method at each density; absent takes what SSC at the density
 *     spends on the recipe's epochs
 * @param seeds one trial each, of every method and density
 * @param runs how trials share the cluster
 */
public record ComparisonSettings(
    List<Method> methods,
    Map<String, SscVariant> variants,
    List<Double> densities,
    Equal equal,
    Optional<Double> seconds,
    List<Long> seeds,
    RunMode runs) {
  /** What methods have alike at a density. */
  public enum Equal {
    /** Kept weights. */
    PARAMETERS,
    /** Multiply-adds of an image: those of SSC. */
    MACS,
    /** Seconds of training: each has as many epochs as fit. */
    SECONDS,
    /** Seconds of a training step, and so of training: those of SSC. */
    STEP_SECONDS
  }

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

  public ComparisonSettings {
    methods = List.copyOf(methods);
    variants = Collections.unmodifiableMap(new TreeMap<>(variants));
    densities = List.copyOf(densities);
    seeds = List.copyOf(seeds);
    requireSome("methods", methods, "[ssc, random-erk]");
    requireSome("densities", densities, "[0.1, 0.05]");
    requireSome("seeds", seeds, "[1, 2, 3]");
    for (double density : densities) {
      if (!(density > 0 && density <= 1)) {
        throw new BadInputException(
            "densities has " + density + ": each must be above 0 and at most 1");
      }
    }
    if (seconds.isPresent() && equal != Equal.SECONDS) {
      throw new BadInputException(
          "seconds = %s is the budget of compare.equal = seconds, and equal = %s; leave one out"
              .formatted(seconds.get(), KebabCase.of(equal)));
    }
    if (seconds.isPresent() && !(seconds.get() > 0 && seconds.get() < Double.POSITIVE_INFINITY)) {
      throw new BadInputException(
          "seconds = %s must be above 0; null takes what ssc spends on train.epochs epochs"
              .formatted(seconds.get()));
    }
    if ((equal == Equal.SECONDS || equal == Equal.STEP_SECONDS) && runs != RunMode.IN_TASK) {
      throw new BadInputException(
          "equal = %s does not go with runs = data-parallel, whose rounds take time besides steps; take runs = in-task"
              .formatted(KebabCase.of(equal)));
    }
    Optional<Method> dense =
        methods.stream()
            .filter(method -> equal == Equal.STEP_SECONDS && method.computesAllWeights())
            .findFirst();
    if (dense.isPresent()) {
      throw new BadInputException(
          "equal = step-seconds does not go with %s, which computes all weights in some of its steps; leave it out, or take equal = seconds"
              .formatted(dense.get()));
    }
    for (String name : variants.keySet()) {
      if (!NAME.matcher(name).matches()) {
        throw new BadInputException(
            "variants has '%s': a name has small letters, digits and dashes, as in no-offsets"
                .formatted(name));
      }
    }
    if (!variants.isEmpty() && !methods.contains(Method.SSC)) {
      throw new BadInputException(
          "variants are set against ssc, which is not among methods; add it, or leave them out");
    }
    requireDistinct("methods", methods.stream().map(Method::name).toList());
    requireDistinct("densities", densities);
    requireDistinct("seeds", seeds);
  }

  /** The name of a variant that another comparison has by other settings, if there is one. */
  Optional<String> differentVariant(ComparisonSettings other) {
    return variants.keySet().stream()
        .filter(other.variants::containsKey)
        .filter(name -> !variants.get(name).equals(other.variants.get(name)))
        .findFirst();
  }

  /** The same with the methods, variants, densities and seeds of others as well. */
  ComparisonSettings plus(ComparisonSettings other) {
    return new ComparisonSettings(
        union(methods, other.methods),
        union(variants, other.variants),
        union(densities, other.densities),
        equal,
        seconds,
        union(seeds, other.seeds),
        runs);
  }

  private static <V> Map<String, V> union(Map<String, V> some, Map<String, V> others) {
    Map<String, V> all = new TreeMap<>(others);
    all.putAll(some);
    return all;
  }

  private static <T> List<T> union(List<T> some, List<T> others) {
    return Stream.concat(some.stream(), others.stream()).distinct().toList();
  }

  private static void requireSome(String key, List<?> values, String example) {
    if (values.isEmpty()) {
      throw new BadInputException(key + " is empty: give at least one, as in " + example);
    }
  }

  private static void requireDistinct(String key, List<?> values) {
    HashSet<Object> seen = new HashSet<>();
    for (Object value : values) {
      if (!seen.add(value)) {
        throw new BadInputException(key + " has " + value + " twice: give it once");
      }
    }
  }
}
