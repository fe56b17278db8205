package org.sscspark.network;

import org.sscspark.network.ModelZoo.Width;
import org.sscspark.network.NetworkBuilder.Bias;

/**
 * VGG networks with batch normalisation for small images (after Simonyan and Zisserman, 2015): five
 * stages of 3x3 convolutions, four max-poolings between them, global average pooling and one
 * classifier. VGG-19 is that of the GraSP and FORCE experiments, without biases in convolutions;
 * VGG-11 and VGG-16 are those of the lottery-ticket and SynFlow experiments, with.
 */
final class VggNetworks {
  private VggNetworks() {}

  static NetworkSpec vgg11(String name, FeatureShape input, int classes, Width width) {
    return vgg(name, input, classes, width, Bias.PER_FILTER, 1, 1, 2, 2, 2);
  }

  static NetworkSpec vgg16(String name, FeatureShape input, int classes, Width width) {
    return vgg(name, input, classes, width, Bias.PER_FILTER, 2, 2, 3, 3, 3);
  }

  static NetworkSpec vgg19(String name, FeatureShape input, int classes, Width width) {
    return vgg(name, input, classes, width, Bias.NONE, 2, 2, 4, 4, 4);
  }

  private static NetworkSpec vgg(
      String name,
      FeatureShape input,
      int classes,
      Width width,
      Bias bias,
      int... convolutionsOfStage) {
    NetworkBuilder builder = new NetworkBuilder(name, input);
    for (int stage = 1; stage <= convolutionsOfStage.length; stage++) {
      int channels = width.of(Math.min(512, 32 << stage));
      for (int i = 1; i <= convolutionsOfStage[stage - 1]; i++) {
        String layer = "stage" + stage + ".layer" + i;
        builder
            .convolution(layer + ".conv", channels, 3, 1, bias)
            .norm(layer + ".norm")
            .relu(layer + ".relu");
      }
      if (stage < convolutionsOfStage.length) {
        builder.maxPool("stage" + stage + ".pool", 2, 2, 0);
      }
    }
    return builder.globalAveragePool("pool").fullyConnected("classifier", classes).build();
  }
}
