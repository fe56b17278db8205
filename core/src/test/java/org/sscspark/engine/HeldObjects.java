package org.sscspark.engine;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The objects that a replica leads to, by fields of engines' classes and by collections. */
public final class HeldObjects {
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private HeldObjects() {}

  /** All of them, arrays of numbers among them, each once. */
  public static Set<Object> of(Object from) throws IllegalAccessException {
    HeldObjects held = new HeldObjects();
    held.add(from);
    return held.seen;
  }

  private void add(Object from) throws IllegalAccessException {
    if (from == null || !seen.add(from)) {
      return;
    }
    if (from instanceof Map<?, ?> map) {
      addAll(map.values());
    } else if (from instanceof Iterable<?> many) {
      addAll(many);
    } else if (from instanceof Object[] many) {
      addAll(Arrays.asList(many));
    } else if (from instanceof Optional<?> one) {
      add(one.orElse(null));
    } else if (from.getClass().getPackageName().startsWith(HeldObjects.class.getPackageName())) {
      addFields(from);
    }
  }

  private void addAll(Iterable<?> many) throws IllegalAccessException {
    for (Object one : many) {
      add(one);
    }
  }

  private void addFields(Object from) throws IllegalAccessException {
    for (Class<?> type = from.getClass(); type != Object.class; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
          field.setAccessible(true);
          add(field.get(from));
        }
      }
    }
  }
}
