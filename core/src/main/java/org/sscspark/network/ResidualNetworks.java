package org.sscspark.network;

import org.sscspark.network.ModelZoo.Width;
import org.sscspark.network.NetworkBuilder.Bias;

/**
 * Residual networks (He et al., CVPR 2016) with 1x1 projections where a block changes the shape.
 * ResNet-50 has its stride on the 3x3 convolution, as is usual since.
 */
final class ResidualNetworks {
  private ResidualNetworks() {}

  /** ResNet-20, 32, 56, ... for small images: three stages of 16, 32 and 64 channels. */
  static NetworkSpec cifar(int depth, String name, FeatureShape input, int classes, Width width) {
    NetworkBuilder builder = new NetworkBuilder(name, input);
    stem(builder, width.of(16), 3, 1);
    int blocks = (depth - 2) / 6;
    for (int stage = 1; stage <= 3; stage++) {
      basicStage(builder, stage, blocks, width.of(8 << stage));
    }
    return head(builder, classes);
  }

  static NetworkSpec resnet18(String name, FeatureShape input, int classes, Width width) {
    NetworkBuilder builder = new NetworkBuilder(name, input);
    stemFor(builder, input, width.of(64));
    for (int stage = 1; stage <= 4; stage++) {
      basicStage(builder, stage, 2, width.of(32 << stage));
    }
    return head(builder, classes);
  }

  static NetworkSpec resnet50(String name, FeatureShape input, int classes, Width width) {
    NetworkBuilder builder = new NetworkBuilder(name, input);
    stemFor(builder, input, width.of(64));
    int[] blocks = {3, 4, 6, 3};
    for (int stage = 1; stage <= 4; stage++) {
      int middle = width.of(32 << stage);
      int outer = width.of(128 << stage);
      for (int block = 1; block <= blocks[stage - 1]; block++) {
        bottleneck(builder, blockName(stage, block), middle, outer, strideOf(stage, block));
      }
    }
    return head(builder, classes);
  }

  private static void stemFor(NetworkBuilder builder, FeatureShape input, int channels) {
    if (Math.min(input.height(), input.width()) >= ModelZoo.IMAGENET_SIDE) {
      stem(builder, channels, 7, 2);
      builder.maxPool("stem.pool", 3, 2, 1);
    } else {
      stem(builder, channels, 3, 1);
    }
  }

  private static void stem(NetworkBuilder builder, int channels, int kernel, int stride) {
    builder
        .convolution("stem.conv", channels, kernel, stride, Bias.NONE)
        .norm("stem.norm")
        .relu("stem.relu");
  }

  private static void basicStage(NetworkBuilder builder, int stage, int blocks, int channels) {
    for (int block = 1; block <= blocks; block++) {
      String name = blockName(stage, block);
      String in = builder.at();
      FeatureShape inShape = builder.shape();
      int stride = strideOf(stage, block);
      builder
          .convolution(name + ".conv1", channels, 3, stride, Bias.NONE)
          .norm(name + ".norm1")
          .relu(name + ".relu1")
          .convolution(name + ".conv2", channels, 3, 1, Bias.NONE)
          .norm(name + ".norm2");
      closeBlock(builder, name, in, inShape, stride);
    }
  }

  private static void bottleneck(
      NetworkBuilder builder, String name, int middle, int outer, int stride) {
    String in = builder.at();
    FeatureShape inShape = builder.shape();
    builder
        .convolution(name + ".conv1", middle, 1, 1, Bias.NONE)
        .norm(name + ".norm1")
        .relu(name + ".relu1")
        .convolution(name + ".conv2", middle, 3, stride, Bias.NONE)
        .norm(name + ".norm2")
        .relu(name + ".relu2")
        .convolution(name + ".conv3", outer, 1, 1, Bias.NONE)
        .norm(name + ".norm3");
    closeBlock(builder, name, in, inShape, stride);
  }

  private static void closeBlock(
      NetworkBuilder builder, String name, String in, FeatureShape inShape, int stride) {
    String skip = in;
    if (!inShape.equals(builder.shape())) {
      String body = builder.at();
      FeatureShape bodyShape = builder.shape();
      builder
          .from(in, inShape)
          .convolution(name + ".shortcut.conv", bodyShape.channels(), 1, stride, Bias.NONE)
          .norm(name + ".shortcut.norm");
      skip = builder.at();
      builder.from(body, bodyShape);
    }
    builder.add(name + ".add", skip).relu(name + ".relu");
  }

  private static int strideOf(int stage, int block) {
    return stage > 1 && block == 1 ? 2 : 1;
  }

  private static String blockName(int stage, int block) {
    return "stage" + stage + ".block" + block;
  }

  private static NetworkSpec head(NetworkBuilder builder, int classes) {
    return builder.globalAveragePool("pool").fullyConnected("classifier", classes).build();
  }
}
