package org.sscspark.data;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the image column of a shard holds. */
public enum ImageEncoding {
  /** The pixels, one unsigned byte each, [channels, height, width]. */
  @JsonProperty("raw")
  RAW,
  /** The bytes of the original JPEG or PNG file; decoded when a shard is read. */
  @JsonProperty("encoded")
  ENCODED
}
