package org.sscspark.libtorch;

import org.bytedeco.pytorch.global.torch.MemoryFormat;

/** How a network is run. */
enum Variant {
  NCHW("NCHW", MemoryFormat.Contiguous, false),
  CHANNELS_LAST("channels_last", MemoryFormat.ChannelsLast, false),
  MIXED("channels_last bfloat16", MemoryFormat.ChannelsLast, true);

  private final String text;
  private final MemoryFormat format;
  private final boolean mixed;

  Variant(String text, MemoryFormat format, boolean mixed) {
    this.text = text;
    this.format = format;
    this.mixed = mixed;
  }

  /** As it is asked for. */
  String text() {
    return text;
  }

  /** Of images, weights and feature maps. */
  MemoryFormat format() {
    return format;
  }

  /** Whether libtorch's autocast takes bfloat16 where it deems that harmless. */
  boolean mixed() {
    return mixed;
  }

  /** The variant of this name. */
  static Variant of(String text) {
    for (Variant variant : values()) {
      if (variant.text.equals(text)) {
        return variant;
      }
    }
    throw new IllegalArgumentException("There is no variant " + text);
  }
}
