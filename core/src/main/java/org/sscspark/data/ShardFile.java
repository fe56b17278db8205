package org.sscspark.data;

import java.io.Serializable;
import org.sscspark.network.FeatureShape;

/**
 * One shard of a data set.
 *
 * @param file its path below the data set's folder
 * @param examples the examples in it
 * @param bytes the file's length
 * @param sha256 the file's SHA-256, in hexadecimal
 */
public record ShardFile(String file, int examples, long bytes, String sha256)
    implements Serializable {
  /** What is read at once, a file or its pixels, is one array. */
  public static final long MOST_BYTES = Integer.MAX_VALUE - 8;

  /** An upper bound of what a row takes in the file beside its pixels. */
  public static final long ROW_BYTES = 32;

  /** The bytes of its images as pixels. */
  long pixelBytes(FeatureShape shape) {
    return (long) examples * shape.size();
  }
}
