package org.sscspark.spark.averaging;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Floats as little-endian bytes: what travels between driver and executors. Java's serialisation
 * copies a byte array in one piece, where it would write floats one by one.
 */
public final class FloatBytes {
  private FloatBytes() {}

  /** Encodes the parts one after the other. */
  public static byte[] encode(float[]... parts) {
    int length = 0;
    for (float[] part : parts) {
      length += part.length;
    }
    byte[] bytes = new byte[Math.multiplyExact(length, Float.BYTES)];
    FloatBuffer floats = view(bytes);
    for (float[] part : parts) {
      floats.put(part);
    }
    return bytes;
  }

  /** Encoded floats, as floats; shares the bytes. */
  static FloatBuffer view(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  /** The number of floats in an encoded array. */
  static int length(byte[] bytes) {
    return bytes.length / Float.BYTES;
  }

  /** Decodes all of {@code bytes}. */
  public static float[] decode(byte[] bytes) {
    float[] values = new float[length(bytes)];
    decode(bytes, 0, values);
    return values;
  }

  /** Fills {@code values} with the floats of {@code bytes} from the given float on. */
  static void decode(byte[] bytes, int from, float[] values) {
    view(bytes).get(from, values);
  }
}
