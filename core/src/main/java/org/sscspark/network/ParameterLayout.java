package org.sscspark.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.sscspark.pattern.SupportLayout;

/**
 * Where each parameter lives in a network's flat vector:
 *
 * <pre>[ weights | affine | statistics ]</pre>
 *
 * Weights are the kept weights of convolutions and fully connected layers, packed as {@link
 * SupportLayout} says; affine are biases and batch-norm scales and shifts; statistics are running
 * means and variances, which are averaged but not trained. In each part operators keep their order.
 */
public final class ParameterLayout {
  /** What a segment holds. */
  public enum Role {
    WEIGHT,
    BIAS,
    SCALE,
    SHIFT,
    MEAN,
    VARIANCE;

    /** Whether it is a running statistic, which is averaged but not trained. */
    boolean statistics() {
      return this == MEAN || this == VARIANCE;
    }
  }

  /** A run of the flat vector that belongs to one operator. */
  public record Segment(String op, Role role, int offset, int length) {
    /** The index after the last. */
    public int end() {
      return offset + length;
    }
  }

  private final List<Segment> segments;
  private final Map<String, Map<Role, Segment>> byOp;
  private final Map<String, SupportLayout> supports;
  private final int weightCount;
  private final int affineCount;
  private final int statisticsCount;

  private ParameterLayout(
      List<Segment> segments, Map<String, SupportLayout> supports, int weights, int affine) {
    this.segments = List.copyOf(segments);
    this.supports = supports;
    this.byOp = new LinkedHashMap<>();
    int total = 0;
    for (Segment segment : segments) {
      byOp.computeIfAbsent(segment.op(), op -> new LinkedHashMap<>()).put(segment.role(), segment);
      total += segment.length();
    }
    this.weightCount = weights;
    this.affineCount = affine;
    this.statisticsCount = total - weights - affine;
  }

  /** Lays out the parameters of a network. */
  public static ParameterLayout of(NetworkSpec network) {
    Map<String, SupportLayout> supports = new LinkedHashMap<>();
    List<Segment> segments = new ArrayList<>();
    int next = 0;
    for (Op.Weighted op : network.weighted()) {
      SupportLayout layout = SupportLayout.of(op.support());
      supports.put(op.name(), layout);
      next = add(segments, op.name(), Role.WEIGHT, next, layout.kept());
    }
    int weights = next;
    next = addAll(segments, network, next, role -> !role.statistics());
    int affine = next - weights;
    addAll(segments, network, next, Role::statistics);
    return new ParameterLayout(segments, supports, weights, affine);
  }

  private static int addAll(
      List<Segment> segments, NetworkSpec network, int first, Predicate<Role> roles) {
    int next = first;
    for (Op op : network.ops()) {
      for (Op.Parameters parameters : op.parameters()) {
        if (roles.test(parameters.role())) {
          next = add(segments, op.name(), parameters.role(), next, parameters.count());
        }
      }
    }
    return next;
  }

  private static int add(List<Segment> segments, String op, Role role, int offset, int length) {
    segments.add(new Segment(op, role, offset, length));
    return Math.addExact(offset, length);
  }

  /** Every segment, in order of offset. */
  public List<Segment> segments() {
    return segments;
  }

  /**
   * The segment of an operator.
   *
   * @throws IllegalArgumentException if it has none of this role
   */
  public Segment segment(String op, Role role) {
    Segment segment = byOp.getOrDefault(op, Map.of()).get(role);
    if (segment == null) {
      throw new IllegalArgumentException("Operator " + op + " has no " + role);
    }
    return segment;
  }

  /**
   * The packed storage of an operator's weights.
   *
   * @throws IllegalArgumentException if it has none
   */
  public SupportLayout support(String op) {
    SupportLayout layout = supports.get(op);
    if (layout == null) {
      throw new IllegalArgumentException("Operator " + op + " has no weights");
    }
    return layout;
  }

  /**
   * Copies a segment's values from another network with the same layer. Weights that do not exist
   * there become zero, and those that do not exist here are left behind.
   *
   * @param segment of this layout
   * @param source the other network's layout
   * @param from its flat vector
   * @param to a flat vector of this layout
   */
  public void copy(Segment segment, ParameterLayout source, float[] from, float[] to) {
    Segment other = source.segment(segment.op(), segment.role());
    if (segment.role() == Role.WEIGHT) {
      float[] dense = source.support(segment.op()).dense(from, other.offset());
      support(segment.op()).pack(dense, to, segment.offset());
    } else {
      System.arraycopy(from, other.offset(), to, segment.offset(), segment.length());
    }
  }

  /**
   * Returns the flat vector of another network with the same layers in this layout: values of
   * weights that both have are copied, and weights that only this one has are zero.
   *
   * @param source the other network's layout
   * @param vector its flat vector
   * @throws IllegalArgumentException if it lacks a layer
   */
  public float[] carried(ParameterLayout source, float[] vector) {
    float[] carried = new float[size()];
    segments.forEach(segment -> copy(segment, source, vector, carried));
    return carried;
  }

  /**
   * As {@link #carried}, of vectors of what belongs to trainable parameters, such as an optimizer's
   * memory of them.
   *
   * @param source the other network's layout
   * @param vectors of its trainable length, one after the other, or none
   * @return as many vectors of this layout's trainable length
   * @throws IllegalArgumentException if the values are no such vectors
   */
  public float[] carriedTrainable(ParameterLayout source, float[] vectors) {
    int length = source.trainableCount();
    if (vectors.length % length != 0) {
      throw new IllegalArgumentException(
          "%s values are no vectors of %s trainable parameters".formatted(vectors.length, length));
    }
    float[] carried = new float[vectors.length / length * trainableCount()];
    for (int vector = 0; vector < vectors.length / length; vector++) {
      float[] from = Arrays.copyOfRange(vectors, vector * length, (vector + 1) * length);
      float[] to = new float[trainableCount()];
      segments.stream()
          .filter(segment -> !segment.role().statistics())
          .forEach(segment -> copy(segment, source, from, to));
      System.arraycopy(to, 0, carried, vector * to.length, to.length);
    }
    return carried;
  }

  /** Kept weights: they come first. */
  public int weightCount() {
    return weightCount;
  }

  /** Biases, scales and shifts: they follow the weights. */
  public int affineCount() {
    return affineCount;
  }

  /** Running means and variances: they come last. */
  public int statisticsCount() {
    return statisticsCount;
  }

  /** What an optimizer changes: weights and affine parameters. */
  public int trainableCount() {
    return weightCount + affineCount;
  }

  /** The length of the flat vector. */
  public int size() {
    return weightCount + affineCount + statisticsCount;
  }
}
