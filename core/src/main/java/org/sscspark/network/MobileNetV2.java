package org.sscspark.network;

import org.sscspark.network.ModelZoo.Width;
import org.sscspark.network.NetworkBuilder.Bias;

/**
 * MobileNetV2 (Sandler et al., CVPR 2018), with ReLU for ReLU6. The variant for small images has
 * stride 1 in the stem and the first two stages of blocks, expands in every block, and projects the
 * shortcut of a stride-1 block that changes its width.
 */
final class MobileNetV2 {
  private record Stage(int expansion, int channels, int blocks, int stride) {}

  private static final Stage[] STAGES = {
    new Stage(1, 16, 1, 1),
    new Stage(6, 24, 2, 2),
    new Stage(6, 32, 3, 2),
    new Stage(6, 64, 4, 2),
    new Stage(6, 96, 3, 1),
    new Stage(6, 160, 3, 2),
    new Stage(6, 320, 1, 1)
  };

  private enum Variant {
    SMALL_IMAGES,
    IMAGENET
  }

  private MobileNetV2() {}

  static NetworkSpec network(String name, FeatureShape input, int classes, Width width) {
    Variant variant =
        Math.min(input.height(), input.width()) >= ModelZoo.IMAGENET_SIDE
            ? Variant.IMAGENET
            : Variant.SMALL_IMAGES;
    NetworkBuilder builder = new NetworkBuilder(name, input);
    builder
        .convolution("stem.conv", width.of(32), 3, variant == Variant.IMAGENET ? 2 : 1, Bias.NONE)
        .norm("stem.norm")
        .relu("stem.relu");
    for (int stage = 1; stage <= STAGES.length; stage++) {
      Stage plan = STAGES[stage - 1];
      for (int block = 1; block <= plan.blocks(); block++) {
        boolean strided = block == 1 && !(variant == Variant.SMALL_IMAGES && stage == 2);
        block(
            builder,
            "stage" + stage + ".block" + block,
            variant,
            plan.expansion(),
            width.of(plan.channels()),
            strided ? plan.stride() : 1);
      }
    }
    return builder
        .convolution("head.conv", width.of(1280), 1, 1, Bias.NONE)
        .norm("head.norm")
        .relu("head.relu")
        .globalAveragePool("pool")
        .fullyConnected("classifier", classes)
        .build();
  }

  private static void block(
      NetworkBuilder builder,
      String name,
      Variant variant,
      int expansion,
      int channels,
      int stride) {
    String in = builder.at();
    FeatureShape inShape = builder.shape();
    if (expansion > 1 || variant == Variant.SMALL_IMAGES) {
      builder
          .convolution(name + ".expand.conv", expansion * inShape.channels(), 1, 1, Bias.NONE)
          .norm(name + ".expand.norm")
          .relu(name + ".expand.relu");
    }
    builder
        .depthwise(name + ".depthwise.conv", stride)
        .norm(name + ".depthwise.norm")
        .relu(name + ".depthwise.relu")
        .convolution(name + ".project.conv", channels, 1, 1, Bias.NONE)
        .norm(name + ".project.norm");
    if (stride > 1) {
      return;
    }
    if (inShape.channels() == channels) {
      builder.add(name + ".add", in);
    } else if (variant == Variant.SMALL_IMAGES) {
      String body = builder.at();
      FeatureShape bodyShape = builder.shape();
      builder
          .from(in, inShape)
          .convolution(name + ".shortcut.conv", channels, 1, 1, Bias.NONE)
          .norm(name + ".shortcut.norm");
      String skip = builder.at();
      builder.from(body, bodyShape).add(name + ".add", skip);
    }
  }
}
