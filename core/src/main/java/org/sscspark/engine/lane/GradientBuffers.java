package org.sscspark.engine.lane;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Plans the buffers of gradients. A gradient lives from the first step backward that writes it to
 * the step that computed its value; then its buffer serves another of the same layout, whose border
 * is zero where this one's is. Few buffers in turn stay in the cache.
 */
final class GradientBuffers {
  private final Map<LaneLayout, Deque<float[]>> free = new HashMap<>();
  private final Set<Value> moved = new HashSet<>();

  /**
   * Gives a value a buffer unless it has one.
   *
   * @return whether it had one: the claimant adds to what an earlier step wrote
   */
  boolean claim(Value value) {
    if (value.gradient != null) {
      return true;
    }
    Deque<float[]> left = free.get(value.layout);
    value.gradient = left == null || left.isEmpty() ? new float[value.layout.length()] : left.pop();
    return false;
  }

  /**
   * As {@link #claim}, but the buffer is that of another value of the same layout, which dies with
   * the step.
   */
  boolean claimFrom(Value dying, Value value) {
    if (value.gradient != null) {
      return true;
    }
    value.gradient = dying.gradient;
    moved.add(dying);
    return false;
  }

  /** Takes back the buffer of a value whose gradient nothing reads any more. */
  void release(Value value) {
    if (!moved.contains(value)) {
      free.computeIfAbsent(value.layout, layout -> new ArrayDeque<>()).push(value.gradient);
    }
  }
}
