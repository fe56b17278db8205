package org.sscspark.data;

import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * One row of a shard.
 *
 * @param image raw pixels or an encoded file, as the data set's {@link ImageEncoding} says
 */
@SuppressWarnings("ArrayRecordComponent") // Written at once and never compared.
public record ShardExample(long id, int label, byte[] image) {
  /** The columns of a shard. */
  static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          "message example { required int64 id; required int32 label; required binary image; }");
}
