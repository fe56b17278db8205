package org.sscspark.config;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A setting that is one of several records, written as a section {@code { type = NAME, ... }} with
 * the record's own settings. An interface that extends this is such a setting. Its records are
 * found by {@link ServiceLoader}: each is named in {@code META-INF/services/} followed by the
 * interface's name, and has a public constructor without arguments, which makes the record of its
 * defaults.
 */
public interface Choice {
  /** The name by which settings choose it, in kebab case. */
  String type();

  /** One of each kind, with its defaults, in the order of their names. */
  static <C extends Choice> List<C> all(Class<C> kind) {
    List<C> found = new ArrayList<>();
    // Not the thread's loader: of some threads it does not see the jars of a job.
    ServiceLoader.load(kind, kind.getClassLoader()).forEach(found::add);
    found.sort((left, right) -> left.type().compareTo(right.type()));
    return found;
  }
}
