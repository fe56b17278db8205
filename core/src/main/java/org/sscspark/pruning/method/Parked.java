package org.sscspark.pruning.method;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.DoubleBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.IntToDoubleFunction;

/**
 * Numbers that are not needed for a while. Large ones wait in a temporary file, which the operating
 * system writes back when memory is short, so that a driver's heap holds what it computes with.
 */
final class Parked {
  /** Smaller ones stay where they are. */
  private static final int LARGE = 8 << 20;

  /** The most that one mapping of a file can hold. */
  private static final int LARGEST = Integer.MAX_VALUE / Double.BYTES;

  private Parked() {}

  /** The same numbers; the array must not be changed. */
  static DoubleBuffer of(double[] values) {
    return waits(values.length, LARGE)
        ? inFile(values.length).put(0, values)
        : DoubleBuffer.wrap(values);
  }

  /** As many numbers of a function of their index. */
  static DoubleBuffer of(int size, IntToDoubleFunction value) {
    return of(size, value, LARGE);
  }

  static DoubleBuffer of(int size, IntToDoubleFunction value, int large) {
    DoubleBuffer values = waits(size, large) ? inFile(size) : DoubleBuffer.allocate(size);
    for (int i = 0; i < size; i++) {
      values.put(i, value.applyAsDouble(i));
    }
    return values;
  }

  private static boolean waits(int size, int large) {
    return size >= large && size <= LARGEST;
  }

  private static DoubleBuffer inFile(int size) {
    try {
      Path file = Files.createTempFile("ssc-parked-", ".doubles");
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        return channel.map(MapMode.READ_WRITE, 0, (long) size * Double.BYTES).asDoubleBuffer();
      } finally {
        // What is mapped stays there until nobody refers to it.
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot keep gradients in a temporary file", e);
    }
  }
}
