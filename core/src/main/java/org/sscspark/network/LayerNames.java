package org.sscspark.network;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;

/**
 * Layers by the names that users give: a layer's name, in which {@code *} stands for any
 * characters, or {@code first} or {@code last} for the first and the last of them.
 */
public final class LayerNames {
  private final NetworkSpec network;
  private final List<String> names;
  private final String kind;

  /** The layers with weights. */
  LayerNames(NetworkSpec network) {
    this(network, network.weighted().stream().map(Op::name).toList(), "weights");
  }

  private LayerNames(NetworkSpec network, List<String> names, String kind) {
    this.network = network;
    this.names = names;
    this.kind = kind;
  }

  /** The layers with parameters of any kind. */
  public static LayerNames withParameters(NetworkSpec network) {
    List<String> names =
        ParameterLayout.of(network).segments().stream().map(ParameterLayout.Segment::op).toList();
    return new LayerNames(
        network,
        network.ops().stream().map(Op::name).filter(names::contains).toList(),
        "parameters");
  }

  /**
   * The layers that a name stands for, in order.
   *
   * @throws BadInputException if there are none
   */
  public List<String> matching(String name) {
    if (name.equals("first")) {
      return names.subList(0, 1);
    }
    if (name.equals("last")) {
      return names.subList(names.size() - 1, names.size());
    }
    List<String> parts = new ArrayList<>();
    for (String part : name.split("\\*", -1)) {
      parts.add(Pattern.quote(part));
    }
    Pattern pattern = Pattern.compile(String.join(".*", parts));
    List<String> matching = names.stream().filter(n -> pattern.matcher(n).matches()).toList();
    if (matching.isEmpty()) {
      throw new UnmetSettingsException(
          "Network "
              + network.name()
              + " has no layer '"
              + name
              + "' with "
              + kind
              + "; it has first, last, "
              + String.join(", ", names));
    }
    return matching;
  }
}
