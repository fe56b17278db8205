package org.sscspark.data;

import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * One row of a shard.
 *
 * @param image raw pixels or an encoded file, as the data set's {@link ImageEncoding} says
 * @param height of the upright image; stored only where images have sizes of their own
 * @param width of the upright image; stored only where images have sizes of their own
 */
@SuppressWarnings("ArrayRecordComponent") // Written at once and never compared.
public record ShardExample(long id, int label, byte[] image, int height, int width) {
  /** The columns of a shard whose images have one size. */
  static final MessageType ONE_SIZE =
      MessageTypeParser.parseMessageType(
          "message example { required int64 id; required int32 label; required binary image; }");

  /** The columns of a shard whose images have sizes of their own. */
  static final MessageType OWN_SIZES =
      MessageTypeParser.parseMessageType(
          "message example { required int64 id; required int32 label; required binary image; "
              + "required int32 height; required int32 width; }");

  static MessageType schema(ImageSizes sizes) {
    return sizes.isOne() ? ONE_SIZE : OWN_SIZES;
  }
}
