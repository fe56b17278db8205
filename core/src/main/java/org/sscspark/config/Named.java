package org.sscspark.config;

/**
 * A setting that is a name of an open set, written as that name alone. An implementation is a
 * record of one string, whose constructor throws {@link UnknownNameException} for names that the
 * set does not have.
 */
public interface Named {
  /** The name, in kebab case. */
  String name();
}
