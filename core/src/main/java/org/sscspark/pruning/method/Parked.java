package org.sscspark.pruning.method;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.DoubleBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

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
    return of(values, LARGE);
  }

  static DoubleBuffer of(double[] values, int large) {
    if (values.length < large || values.length > LARGEST) {
      return DoubleBuffer.wrap(values);
    }
    try {
      Path file = Files.createTempFile("ssc-parked-", ".doubles");
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        DoubleBuffer parked =
            channel
                .map(MapMode.READ_WRITE, 0, (long) values.length * Double.BYTES)
                .asDoubleBuffer();
        parked.put(values).flip();
        return parked;
      } finally {
        // What is mapped stays there until nobody refers to it.
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot keep gradients in a temporary file", e);
    }
  }
}
