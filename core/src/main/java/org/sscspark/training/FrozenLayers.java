package org.sscspark.training;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.network.LayerNames;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Segment;

/**
 * The parameters of layers that training leaves as they are: weights, biases, batch norm's scales,
 * shifts and statistics. A frozen batch norm still normalises by its minibatch while training.
 */
public final class FrozenLayers {
  private final List<Segment> segments;
  private final float[] kept;

  private FrozenLayers(List<Segment> segments) {
    this.segments = segments;
    this.kept = new float[segments.stream().mapToInt(Segment::length).sum()];
  }

  /**
   * Finds layers by name.
   *
   * @param names as {@link LayerNames} has them
   * @throws BadInputException if a name stands for no layer with parameters, or if nothing is left
   *     to train
   */
  public static FrozenLayers of(NetworkSpec network, List<String> names) {
    LayerNames known = LayerNames.withParameters(network);
    Set<String> frozen = new LinkedHashSet<>();
    names.forEach(name -> frozen.addAll(known.matching(name)));
    List<Segment> all = ParameterLayout.of(network).segments();
    List<Segment> segments = all.stream().filter(segment -> frozen.contains(segment.op())).toList();
    if (segments.size() == all.size()) {
      throw new UnmetSettingsException(
          "train.freeze = " + names + " leaves nothing to train; leave out some layers");
    }
    return new FrozenLayers(segments);
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return segments.isEmpty();
  }

  /** How many parameters do not change. */
  public int count() {
    return kept.length;
  }

  /** Remembers the layers' parameters in a flat vector. */
  void keep(float[] parameters) {
    int next = 0;
    for (Segment segment : segments) {
      System.arraycopy(parameters, segment.offset(), kept, next, segment.length());
      next += segment.length();
    }
  }

  /** Clears the layers' part of a gradient. */
  void clear(float[] gradients) {
    for (Segment segment : segments) {
      Arrays.fill(gradients, segment.offset(), segment.end(), 0);
    }
  }

  /** Puts back what {@link #keep} remembered. */
  void restore(float[] parameters) {
    int next = 0;
    for (Segment segment : segments) {
      System.arraycopy(kept, next, parameters, segment.offset(), segment.length());
      next += segment.length();
    }
  }
}
