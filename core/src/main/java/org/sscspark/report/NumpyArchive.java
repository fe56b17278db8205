package org.sscspark.report;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Consumer;
import java.util.zip.ZipOutputStream;
import org.sscspark.storage.TimelessEntry;

/**
 * Writes named arrays as {@code numpy.load} reads them: a zip of files in NumPy's format 1.0
 * (numpy.lib.format), in C order. Equal arrays give equal bytes.
 */
public final class NumpyArchive implements Closeable {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

  /** NumPy aligns the data to this. */
  private static final int ALIGNMENT = 64;

  private final ZipOutputStream zip;

  /** Starts an archive; closing it closes the stream. */
  public NumpyArchive(OutputStream out) {
    this.zip = new ZipOutputStream(out);
  }

  /**
   * Adds an array of single-precision numbers.
   *
   * @throws IllegalArgumentException if the shape has another number of values
   */
  public void add(String name, float[] values, int... shape) throws IOException {
    requireSize(name, values.length, shape);
    byte[] data = bytes(values.length, Float.BYTES, to -> to.asFloatBuffer().put(values));
    add(name, "<f4", data, shape);
  }

  /**
   * Adds an array of double-precision numbers.
   *
   * @throws IllegalArgumentException if the shape has another number of values
   */
  public void add(String name, double[] values, int... shape) throws IOException {
    requireSize(name, values.length, shape);
    byte[] data = bytes(values.length, Double.BYTES, to -> to.asDoubleBuffer().put(values));
    add(name, "<f8", data, shape);
  }

  /**
   * Adds an array of integers.
   *
   * @throws IllegalArgumentException if the shape has another number of values
   */
  public void add(String name, int[] values, int... shape) throws IOException {
    requireSize(name, values.length, shape);
    byte[] data = bytes(values.length, Integer.BYTES, to -> to.asIntBuffer().put(values));
    add(name, "<i4", data, shape);
  }

  /** Adds a file of text, which {@code numpy.load} hands out as bytes. */
  public void add(String name, String text) throws IOException {
    write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds an array of truth values: those at the set bits are true. */
  public void add(String name, BitSet values, int... shape) throws IOException {
    byte[] bytes = new byte[size(shape)];
    values.stream().forEach(i -> bytes[i] = 1);
    add(name, "|b1", bytes, shape);
  }

  private static byte[] bytes(int values, int bytesOfValue, Consumer<ByteBuffer> content) {
    byte[] bytes = new byte[Math.multiplyExact(values, bytesOfValue)];
    content.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    return bytes;
  }

  private void add(String name, String type, byte[] data, int[] shape) throws IOException {
    write(name + ".npy", header(type, shape), data);
  }

  private void write(String name, byte[]... parts) throws IOException {
    zip.putNextEntry(TimelessEntry.named(name));
    for (byte[] part : parts) {
      zip.write(part);
    }
    zip.closeEntry();
  }

  private static byte[] header(String type, int[] shape) {
    StringBuilder text = new StringBuilder();
    text.append("{'descr': '").append(type).append("', 'fortran_order': False, 'shape': (");
    for (int length : shape) {
      text.append(length).append(", ");
    }
    text.append("), }");
    int used = MAGIC.length + Short.BYTES + text.length() + 1;
    text.append(" ".repeat(Math.floorMod(-used, ALIGNMENT))).append('\n');
    return ByteBuffer.allocate(MAGIC.length + Short.BYTES + text.length())
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .putShort((short) text.length())
        .put(text.toString().getBytes(StandardCharsets.US_ASCII))
        .array();
  }

  private static void requireSize(String name, int values, int[] shape) {
    if (values != size(shape)) {
      throw new IllegalArgumentException(
          "Array " + name + " has " + values + " values, its shape " + Arrays.toString(shape));
    }
  }

  private static int size(int[] shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
