package org.sscspark.pruning;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;

/** The methods that this program and its jars bring. */
final class PruningMethods {
  /** In the order in which they are listed. */
  static final Map<String, PruningMethod> BY_NAME = load();

  private PruningMethods() {}

  private static Map<String, PruningMethod> load() {
    Map<String, PruningMethod> byName = new LinkedHashMap<>();
    // Not the thread's loader: of some threads it does not see the jars of a job.
    for (PruningMethod method :
        ServiceLoader.load(PruningMethod.class, PruningMethod.class.getClassLoader())) {
      PruningMethod other = byName.putIfAbsent(method.name(), method);
      if (other != null) {
        throw new IllegalStateException(
            "Two pruning methods are named %s: %s and %s"
                .formatted(method.name(), other.getClass().getName(), method.getClass().getName()));
      }
    }
    return Collections.unmodifiableMap(byName);
  }
}
