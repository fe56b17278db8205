package org.sscspark.engine.plan;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.sscspark.network.FeatureShape;

/**
 * Plans buffers that take turns. What a value holds, its numbers or its gradient, lives from the
 * first step that writes it to the last that reads it; then its buffer serves another value of the
 * same shape, halo and storage, which is zero where this one's is. Few buffers in turn stay in the
 * cache.
 */
final class BufferTurns {
  /** What buffers have in common that can take each other's place. */
  private record Kind(FeatureShape shape, int halo, boolean halved) {}

  private final Map<String, FeatureShape> shapes;
  private final Map<String, Integer> halos;
  private final Set<String> halved;
  private final Map<String, Integer> bufferOf = new HashMap<>();
  private final Map<Kind, Deque<Integer>> free = new HashMap<>();
  private final Set<String> moved = new HashSet<>();
  private int count;

  /**
   * Plans for values by name.
   *
   * @param halved the names of those that are kept in half as many bytes
   */
  BufferTurns(Map<String, FeatureShape> shapes, Map<String, Integer> halos, Set<String> halved) {
    this.shapes = shapes;
    this.halos = halos;
    this.halved = halved;
  }

  private Kind kind(String value) {
    return new Kind(shapes.get(value), halos.get(value), halved.contains(value));
  }

  private Deque<Integer> freeFor(String value) {
    return free.computeIfAbsent(kind(value), none -> new ArrayDeque<>());
  }

  /**
   * Gives a value a buffer unless it has one.
   *
   * @return whether it had one: the claimant adds to what an earlier step wrote
   */
  boolean claim(String value) {
    if (bufferOf.containsKey(value)) {
      return true;
    }
    Deque<Integer> left = freeFor(value);
    bufferOf.put(value, left.isEmpty() ? count++ : left.pop());
    return false;
  }

  /**
   * As {@link #claim}, but the buffer is that of another value, which dies with the step, if it
   * suits.
   */
  boolean claimFrom(String dying, String value) {
    if (bufferOf.containsKey(value)) {
      return true;
    }
    if (!kind(dying).equals(kind(value))) {
      return claim(value);
    }
    bufferOf.put(value, bufferOf.get(dying));
    moved.add(dying);
    return false;
  }

  /** Takes back the buffer of a value, or a gradient, that nothing reads any more. */
  void release(String value) {
    if (!moved.contains(value)) {
      freeFor(value).push(bufferOf.get(value));
    }
  }

  /** The number of a value's buffer. */
  int of(String value) {
    return bufferOf.getOrDefault(value, PlannedValue.NO_BUFFER);
  }
}
