package org.sscspark.pruning;

/**
 * A way to choose a network's weights, before training or in its course. One class is all of it:
 * its name, what it chooses, its own defaults and its line in the documentation. Classes are found
 * by {@link java.util.ServiceLoader} under the name of this interface, so a method can come from
 * another jar. They have no state and a public constructor without parameters.
 */
public sealed interface PruningMethod permits StructureMethod, ScoringMethod {
  /** The value of the setting {@code method}, in kebab case. */
  String name();

  /** What it keeps, for the table of methods in docs/baselines.md; Markdown. */
  String summary();
}
