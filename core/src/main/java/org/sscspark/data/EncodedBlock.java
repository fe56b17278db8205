package org.sscspark.data;

import java.util.List;

/**
 * Image files of a shard with their labels, in stored order; {@link ImageDecoder} decodes them. The
 * arrays are shared: nobody may write to them.
 *
 * @param files a JPEG, PNG or BMP file for each example
 * @param ids the identity of each example in its data set
 * @param labels the class of each example
 * @param heights of the upright images
 * @param widths of the upright images
 */
@SuppressWarnings("ArrayRecordComponent") // The bulk of a data set, read by index and never copied.
public record EncodedBlock(
    List<byte[]> files, long[] ids, int[] labels, int[] heights, int[] widths)
    implements ExampleBlock {

  /** The number of examples. */
  public int examples() {
    return ids.length;
  }
}
