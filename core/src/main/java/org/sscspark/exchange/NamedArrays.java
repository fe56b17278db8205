package org.sscspark.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.sscspark.config.BadInputException;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;
import org.sscspark.pattern.SupportLayout;

/**
 * Parameters by name, as in {@code conv1.weight} or {@code bn1.variance}; weights are dense, [F, C,
 * kH, kW].
 *
 * @param source what the file is called
 * @param arrays the values
 * @param shapes of all of them
 * @param remedy what to do if one is missing
 */
record NamedArrays(
    String source, Map<String, float[]> arrays, Map<String, ArrayShape> shapes, String remedy) {
  /** As many names as a message lists. */
  private static final int LISTED = 5;

  /** The name of a parameter. */
  static String name(String op, Role role) {
    return op + "." + role.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The flat vector of a network.
   *
   * @throws BadInputException if an array is missing, has another shape, or has values where the
   *     network has no weights
   */
  float[] parameters(NetworkSpec network) {
    ParameterLayout layout = ParameterLayout.of(network);
    requireAll(layout);
    Map<String, Op.Weighted> weighted =
        network.weighted().stream().collect(Collectors.toMap(Op::name, Function.identity()));
    float[] parameters = new float[layout.size()];
    for (Segment segment : layout.segments()) {
      String name = name(segment.op(), segment.role());
      float[] values = arrays.get(name);
      if (segment.role() == Role.WEIGHT) {
        SupportLayout support = layout.support(segment.op());
        requireShape(name, ArrayShape.ofWeights(weighted.get(segment.op())));
        support.pack(values, parameters, segment.offset());
        requireNothingElse(name, support, values);
      } else {
        requireShape(name, List.of(ArrayShape.vector(segment.length())));
        System.arraycopy(values, 0, parameters, segment.offset(), values.length);
      }
    }
    return parameters;
  }

  private void requireAll(ParameterLayout layout) {
    List<String> missing = new ArrayList<>();
    for (Segment segment : layout.segments()) {
      String name = name(segment.op(), segment.role());
      if (!arrays.containsKey(name)) {
        missing.add(name);
      }
    }
    if (!missing.isEmpty()) {
      throw new BadInputException(
          "%s has no %s%s; %s"
              .formatted(
                  source,
                  String.join(", ", missing.subList(0, Math.min(LISTED, missing.size()))),
                  missing.size() > LISTED ? " and " + (missing.size() - LISTED) + " more" : "",
                  remedy));
    }
  }

  private void requireShape(String name, List<ArrayShape> readable) {
    shapes.get(name).require(source + ": " + name, readable);
  }

  private void requireNothingElse(String name, SupportLayout support, float[] values) {
    int outside = 0;
    for (float value : values) {
      outside += value != 0 ? 1 : 0;
    }
    for (int i = 0; i < support.kept(); i++) {
      outside -= values[support.denseIndex(i)] != 0 ? 1 : 0;
    }
    if (outside > 0) {
      throw new BadInputException(
          "%s has %s values in %s where its support has no weights"
              .formatted(source, outside, name));
    }
  }
}
