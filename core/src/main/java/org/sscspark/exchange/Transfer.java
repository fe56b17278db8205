package org.sscspark.exchange;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.network.FanIn;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Segment;
import org.sscspark.pattern.Support;

/**
 * Trained weights put to another use: images of another size, or other classes.
 *
 * @param network with the pattern of the trained one
 * @param parameters its flat vector
 * @param newClassifier whether the last layer is drawn anew, since there are other classes
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to its only reader.
public record Transfer(NetworkSpec network, float[] parameters, boolean newClassifier) {

  /**
   * Transfers weights.
   *
   * @param source what to call the trained network in a message
   * @param dense the architecture with all its weights, for the new images and classes
   * @param seed of a new classifier
   * @throws BadInputException if the trained network is of another architecture
   */
  public static Transfer of(String source, TrainedNetwork trained, NetworkSpec dense, long seed) {
    NetworkSpec from = trained.network();
    boolean newClassifier = from.classes() != dense.classes();
    NetworkSpec alike = newClassifier ? Classifier.of(from, dense.classes()) : from;
    requireSameLayers(source, alike, dense);
    Map<String, Support> supports = new LinkedHashMap<>();
    alike.weighted().forEach(op -> supports.put(op.name(), op.support()));
    NetworkSpec network = dense.withSupports(supports);
    float[] parameters = Initialization.parameters(network, FanIn.DENSE, seed);
    ParameterLayout layout = ParameterLayout.of(network);
    ParameterLayout old = ParameterLayout.of(from);
    String classifier = Classifier.of(dense).name();
    for (Segment segment : layout.segments()) {
      if (!(newClassifier && segment.op().equals(classifier))) {
        layout.copy(segment, old, trained.parameters(), parameters);
      }
    }
    return new Transfer(network, parameters, newClassifier);
  }

  private static void requireSameLayers(String source, NetworkSpec from, NetworkSpec dense) {
    List<Op> ops = dense.ops();
    int common = Math.min(ops.size(), from.ops().size());
    for (int i = 0; i < common; i++) {
      if (!sameLayer(from.ops().get(i), ops.get(i))) {
        boolean sameWidth = filters(from.ops().get(i)).equals(filters(ops.get(i)));
        throw other(source, from, dense, ops.get(i).name(), sameWidth);
      }
    }
    if (ops.size() != from.ops().size()) {
      List<Op> longer = ops.size() > common ? ops : from.ops();
      throw other(source, from, dense, longer.get(common).name(), /* sameWidth= */ false);
    }
  }

  private static boolean sameLayer(Op from, Op dense) {
    if (from instanceof Op.Weighted trained && dense instanceof Op.Weighted whole) {
      return trained.support().shape().equals(whole.support().shape())
          && trained.withSupport(whole.support()).equals(whole);
    }
    return from.equals(dense);
  }

  private static OptionalInt filters(Op op) {
    return op instanceof Op.Weighted weighted
        ? OptionalInt.of(weighted.support().shape().filters())
        : OptionalInt.empty();
  }

  /**
   * What to say of another architecture.
   *
   * @param sameWidth whether the layer has as many filters
   */
  private static BadInputException other(
      String source, NetworkSpec from, NetworkSpec dense, String layer, boolean sameWidth) {
    return new UnmetSettingsException(
        "%s holds %s for images of %s, which differs from model.name = %s for images of %s in layer %s; %s"
            .formatted(
                source,
                from.name(),
                from.input(),
                dense.name(),
                dense.input(),
                layer,
                remedy(from, dense, sameWidth)));
  }

  private static String remedy(NetworkSpec from, NetworkSpec dense, boolean sameWidth) {
    if (!from.name().equals(dense.name()) || !sameWidth) {
      return "set model.name and model.width to those of the trained model";
    }
    return from.input().channels() == dense.input().channels()
        ? "it has another stem for images of "
            + ModelZoo.IMAGENET_SIDE
            + " pixels and more; scale these to the trained model's side of it"
            + " (shard --resize, train.augmentation.resize)"
        : "take images of as many channels as it was trained on";
  }
}
