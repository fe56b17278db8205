package org.sscspark.exchange;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.nd4j.shade.protobuf.CodedOutputStream;

/**
 * Curves as an event file of TensorBoard: records of TFRecord (length, its checksum, bytes, their
 * checksum; checksums are masked CRC-32C), each an {@code Event} of
 * tensorflow/core/util/event.proto in protobuf. The first says the version, every other holds one
 * scalar.
 */
public final class EventFile implements Closeable {
  private static final String VERSION = "brain.Event:2";

  /** Fields of {@code Event}. */
  private static final int WALL_TIME = 1;

  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;

  /** The one field of {@code Summary}. */
  private static final int VALUE = 1;

  /** Fields of {@code Summary.Value}. */
  private static final int TAG = 1;

  private static final int SIMPLE_VALUE = 2;

  private static final int MASK_ROTATION = 15;
  private static final int MASK_DELTA = 0xa282ead8;

  private final OutputStream out;

  /** What a protobuf message holds. */
  private interface Fields {
    void writeTo(CodedOutputStream message) throws IOException;
  }

  /**
   * Starts a file; closing it closes the stream.
   *
   * @param wallSeconds now, since 1970
   */
  public EventFile(OutputStream out, double wallSeconds) throws IOException {
    this.out = out;
    record(
        message(
            event -> {
              event.writeDouble(WALL_TIME, wallSeconds);
              event.writeString(FILE_VERSION, VERSION);
            }));
  }

  /**
   * Adds a point of a curve.
   *
   * @param tag the curve's name; what comes before a slash is its group
   * @param wallSeconds when it was measured, since 1970
   */
  public void scalar(String tag, double value, long step, double wallSeconds) throws IOException {
    byte[] point =
        message(
            fields -> {
              fields.writeString(TAG, tag);
              fields.writeFloat(SIMPLE_VALUE, (float) value);
            });
    byte[] summary = message(fields -> fields.writeByteArray(VALUE, point));
    record(
        message(
            event -> {
              event.writeDouble(WALL_TIME, wallSeconds);
              event.writeInt64(STEP, step);
              event.writeByteArray(SUMMARY, summary);
            }));
  }

  private static byte[] message(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream message = CodedOutputStream.newInstance(bytes);
    fields.writeTo(message);
    message.flush();
    return bytes.toByteArray();
  }

  private void record(byte[] data) throws IOException {
    byte[] length =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(data.length).array();
    out.write(length);
    out.write(maskedChecksum(length));
    out.write(data);
    out.write(maskedChecksum(data));
  }

  private static byte[] maskedChecksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    int masked = Integer.rotateRight((int) crc.getValue(), MASK_ROTATION) + MASK_DELTA;
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(masked).array();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
