package org.sscspark.dl4j;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The settings that a builder of DL4J's has, by reflection, whatever its version. */
final class DeclaredSettings {
  /** Setters whose fluent methods have other names. */
  private static final Map<String, String> ALIASES =
      Map.of(
          "iDropout", "dropOut",
          "iupdater", "updater",
          "activationFn", "activation",
          "weightInitFn", "weightInit",
          "layerName", "name",
          "allParamConstraints", "constrainAllParameters",
          "weightConstraints", "constrainWeights",
          "biasConstraints", "constrainBias");

  private DeclaredSettings() {}

  /** The names of all public methods with an argument, of this class and those above it. */
  static Set<String> of(Class<?> builder) {
    Set<String> names = new TreeSet<>();
    for (Method method : builder.getMethods()) {
      if (method.getDeclaringClass() != Object.class
          && method.getParameterCount() > 0
          && !Modifier.isStatic(method.getModifiers())
          && !method.isBridge()) {
        names.add(setting(method.getName()));
      }
    }
    return names;
  }

  private static String setting(String method) {
    if (!method.matches("set[A-Z].*")) {
      return method;
    }
    String field = Character.toLowerCase(method.charAt(3)) + method.substring(4);
    return ALIASES.getOrDefault(field, field);
  }
}
