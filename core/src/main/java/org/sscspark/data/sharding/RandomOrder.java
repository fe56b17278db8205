package org.sscspark.data.sharding;

import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * A random permutation of [0, size) that is computed place by place: a Feistel network on the
 * smallest even number of bits that holds the size, followed until it lands in the range (Black and
 * Rogaway, 2002). It needs no memory, so every task can ask for any place.
 */
final class RandomOrder {
  private static final int ROUNDS = 6;

  private final long size;
  private final long key;
  private final int halfBits;
  private final long mask;

  RandomOrder(long size, long key) {
    if (size < 1) {
      throw new IllegalArgumentException("Size must be positive, was " + size);
    }
    this.size = size;
    this.key = key;
    this.halfBits = Math.max(1, (64 - Long.numberOfLeadingZeros(size - 1) + 1) / 2);
    this.mask = (1L << halfBits) - 1;
  }

  /** Returns the place of an index. */
  long place(long index) {
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException("No index " + index + " of " + size);
    }
    long place = index;
    do {
      place = network(place);
    } while (place >= size);
    return place;
  }

  private long network(long value) {
    long left = value >>> halfBits;
    long right = value & mask;
    for (int round = 0; round < ROUNDS; round++) {
      long mixed = left ^ RandomStream.key(key, Purpose.SHARDING, round, right) & mask;
      left = right;
      right = mixed;
    }
    return left << halfBits | right;
  }
}
