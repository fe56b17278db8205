package org.sscspark.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reads files back by the published formats of TFRecord and protobuf, on its own. */
public class EventFileTest {
  /** One event. */
  public record Event(double wallTime, long step, String version, String tag, float value) {}

  @Test
  void everyScalarIsReadBack() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (EventFile file = new EventFile(bytes, 12.5)) {
      file.scalar("training/loss", 0.25, 3, 13.5);
      file.scalar("test/accuracy", 1e-3, 1L << 40, 14);
    }
    assertThat(read(bytes.toByteArray()))
        .containsExactly(
            new Event(12.5, 0, "brain.Event:2", "", 0),
            new Event(13.5, 3, "", "training/loss", 0.25f),
            new Event(14, 1L << 40, "", "test/accuracy", 1e-3f));
  }

  /** As every program that writes event files begins them. */
  @Test
  void theFirstRecordIsTheKnownOne() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new EventFile(bytes, 1).close();
    assertThat(HexFormat.of().formatHex(bytes.toByteArray(), 0, 13))
        .isEqualTo("1800000000000000" + "a37f4b22" + "09");
  }

  /** Reads a file; a checksum that differs fails. */
  public static List<Event> read(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = new byte[8];
      in.get(length);
      assertThat(in.getInt()).as("checksum of the length").isEqualTo(masked(length));
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      in.get(data);
      assertThat(in.getInt()).as("checksum of the data").isEqualTo(masked(data));
      events.add(event(data));
    }
    return events;
  }

  /** CRC-32C bit by bit (RFC 3720, reflected polynomial), masked as TFRecord says. */
  private static int masked(byte[] bytes) {
    int crc = -1;
    for (byte value : bytes) {
      crc ^= value & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
      }
    }
    crc = ~crc;
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }

  private static Event event(byte[] data) {
    ByteBuffer in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    double wallTime = 0;
    long step = 0;
    String version = "";
    String tag = "";
    float value = 0;
    while (in.hasRemaining()) {
      switch ((int) varint(in)) {
        case 1 << 3 | 1 -> wallTime = in.getDouble();
        case 2 << 3 -> step = varint(in);
        case 3 << 3 | 2 -> version = text(in);
        case 5 << 3 | 2 -> {
          varint(in);
          assertThat(varint(in)).isEqualTo(1 << 3 | 2);
          varint(in);
          assertThat(varint(in)).isEqualTo(1 << 3 | 2);
          tag = text(in);
          assertThat(varint(in)).isEqualTo(2 << 3 | 5);
          value = in.getFloat();
        }
        default -> throw new AssertionError("an unknown field");
      }
    }
    return new Event(wallTime, step, version, tag, value);
  }

  private static String text(ByteBuffer in) {
    byte[] bytes = new byte[(int) varint(in)];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}
