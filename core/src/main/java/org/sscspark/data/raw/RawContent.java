package org.sscspark.data.raw;

/** How much of a record is read. */
public enum RawContent {
  /** The class only. */
  LABELS,
  /** The class and the image. */
  IMAGES
}
