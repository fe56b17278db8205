package org.sscspark.config;

/**
 * A record of an open set. In settings it is a section whose key {@code kind} says which record of
 * the set it is; the other keys are its components. The records of a set are found by {@link
 * java.util.ServiceLoader} under the name of the set's interface. Each has a public constructor
 * without parameters, which makes the record of its defaults: they hold for keys left out.
 */
public interface OpenRecord {
  /** The value of the key {@code kind}, in kebab case. */
  String kind();
}
