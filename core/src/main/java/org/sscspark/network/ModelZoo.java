package org.sscspark.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.network.NetworkBuilder.Bias;

/**
 * The networks of the literature, dense. Layer names are stable, such as {@code
 * stage2.block1.conv1}; the last layer is {@code classifier}.
 *
 * <p>ResNet-18, ResNet-50 and MobileNetV2 exist in two variants, chosen by the input: images of at
 * least {@value #IMAGENET_SIDE} pixels get the ImageNet stem, smaller ones the stem of the CIFAR
 * and Tiny-ImageNet experiments. Average pooling before the classifier is global, so every network
 * takes any image that its strides leave something of.
 */
public final class ModelZoo {
  /** The smallest image side for which a network has its ImageNet stem. */
  public static final int IMAGENET_SIDE = 128;

  private interface Architecture {
    NetworkSpec network(String name, FeatureShape input, int classes, Width width);
  }

  /** A factor on numbers of channels. */
  record Width(double factor) {
    int of(int channels) {
      return (int) Math.max(1, Math.round(channels * factor));
    }
  }

  private static final Map<String, Architecture> ARCHITECTURES = architectures();

  private ModelZoo() {}

  private static Map<String, Architecture> architectures() {
    Map<String, Architecture> all = new LinkedHashMap<>();
    all.put("convnet", ModelZoo::convnet);
    all.put(
        "resnet20",
        (name, input, classes, width) -> ResidualNetworks.cifar(20, name, input, classes, width));
    all.put(
        "resnet32",
        (name, input, classes, width) -> ResidualNetworks.cifar(32, name, input, classes, width));
    all.put(
        "resnet56",
        (name, input, classes, width) -> ResidualNetworks.cifar(56, name, input, classes, width));
    all.put("resnet18", ResidualNetworks::resnet18);
    all.put("resnet50", ResidualNetworks::resnet50);
    all.put("vgg11", VggNetworks::vgg11);
    all.put("vgg16", VggNetworks::vgg16);
    all.put("vgg19", VggNetworks::vgg19);
    all.put("mobilenetv2", MobileNetV2::network);
    return all;
  }

  /** The names that {@link #named} knows. */
  public static List<String> names() {
    return List.copyOf(ARCHITECTURES.keySet());
  }

  /**
   * The dense network that a configuration asks for.
   *
   * @throws BadInputException if the name is unknown or the network does not fit the input
   */
  public static NetworkSpec network(ModelSettings settings, FeatureShape input, int classes) {
    return named(settings.name(), input, classes, settings.width());
  }

  /**
   * A dense network.
   *
   * @param name one of {@link #names}
   * @param input the shape of one image
   * @param width the factor on the number of channels; ResNet-32 with 2 is the literature's
   *     ResNet-32 x2
   * @throws BadInputException if the name is unknown or the network does not fit the input
   */
  public static NetworkSpec named(String name, FeatureShape input, int classes, double width) {
    Architecture architecture = ARCHITECTURES.get(name);
    if (architecture == null) {
      throw new UnmetSettingsException(
          "Unknown model '" + name + "'; known are " + String.join(", ", ARCHITECTURES.keySet()));
    }
    if (classes < 2) {
      throw new UnmetSettingsException(
          "Model " + name + " needs at least 2 classes, got " + classes);
    }
    try {
      return architecture.network(name, input, classes, new Width(width));
    } catch (IllegalArgumentException tooSmall) {
      throw new UnmetSettingsException(
          "Model " + name + " does not fit images of " + input + ": " + tooSmall.getMessage(),
          tooSmall);
    }
  }

  /** Three convolutions of 16, 32 and 32 filters: for tests and first steps. */
  private static NetworkSpec convnet(String name, FeatureShape input, int classes, Width width) {
    NetworkBuilder builder = new NetworkBuilder(name, input);
    int[] filters = {16, 32, 32};
    for (int i = 0; i < filters.length; i++) {
      String layer = i == 0 ? "stem" : "layer" + i;
      builder
          .convolution(layer + ".conv", width.of(filters[i]), 3, i == 0 ? 1 : 2, Bias.NONE)
          .norm(layer + ".norm")
          .relu(layer + ".relu");
    }
    return builder.globalAveragePool("pool").fullyConnected("classifier", classes).build();
  }
}
