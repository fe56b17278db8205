package org.sscspark.pruning;

import java.util.function.Function;

/**
 * A way to choose a network's weights, before training or in its course. One class is all of it:
 * its name, what it chooses, its own defaults and its line in the documentation. Classes are found
 * by {@link java.util.ServiceLoader} under the name of this interface, so a method can come from
 * another jar. They have no state and a public constructor without parameters.
 */
public sealed interface PruningMethod permits ScoringMethod, StructureMethod {
  /** The value of the setting {@code method}, in kebab case. */
  String name();

  /** What it keeps, for the table of methods in docs/baselines.md; Markdown. */
  String summary();

  /** Returns what is made of this kind of method: there are two. */
  <R> R accept(Function<ScoringMethod, R> scoring, Function<StructureMethod, R> structure);
}
