package org.sscspark.data.raw;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** PNG files put together chunk by chunk, whose bytes depend on no compressor. */
public final class PlainPng {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  private PlainPng() {}

  /** Returns an 8-bit RGB image whose samples follow from a seed. */
  public static byte[] noise(int width, int height, int seed) {
    byte[] rows = new byte[height * (1 + 3 * width)];
    int state = seed * 2654435 + 12345;
    for (int at = 0; at < rows.length; at++) {
      state = state * 1103515245 + 12345;
      rows[at] = (byte) (at % (1 + 3 * width) == 0 ? 0 : state >>> 16);
    }
    return of(width, height, 8, 2, rows);
  }

  /**
   * Returns a file of these rows.
   *
   * @param rows each with its filter byte, and as many as wanted, whatever the height says
   */
  public static byte[] of(int width, int height, int depth, int colorType, byte[] rows) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(SIGNATURE);
    file.writeBytes(header(width, height, depth, colorType));
    file.writeBytes(chunk("IDAT", stored(rows)));
    file.writeBytes(chunk("IEND", new byte[0]));
    return file.toByteArray();
  }

  private static byte[] header(int width, int height, int depth, int colorType) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(width);
      out.writeInt(height);
      out.write(new byte[] {(byte) depth, (byte) colorType, 0, 0, 0});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return chunk("IHDR", bytes.toByteArray());
  }

  /** Returns a chunk with its length and checksum. */
  public static byte[] chunk(String type, byte[] content) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 checksum = new CRC32();
    checksum.update(name);
    checksum.update(content);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(content.length);
      out.write(name);
      out.write(content);
      out.writeInt((int) checksum.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Stored blocks are the same in every version of zlib. */
  private static byte[] stored(byte[] rows) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Deflater stored = new Deflater(Deflater.NO_COMPRESSION);
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, stored)) {
      out.write(rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      stored.end();
    }
    return bytes.toByteArray();
  }
}
