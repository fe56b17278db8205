package org.sscspark.pattern;

/**
 * Filters that keep the same weights. Inside a class the layer is dense: packed weight {@code
 * packedOffset + i * taps.length + t} belongs to filter {@code filters[i]} and tap {@code taps[t]}.
 * The arrays are shared, not copied: do not write to them.
 *
 * @param filters ascending filter indices
 * @param taps ascending positions in a dense filter [C, kH, kW]; empty for dead filters
 * @param packedOffset where the class starts in the packed vector
 */
@SuppressWarnings("ArrayRecordComponent") // Read-only by contract; kernels index them directly.
public record FilterClass(int[] filters, int[] taps, int packedOffset) {
  /** The number of weights of the class. */
  public int size() {
    return filters.length * taps.length;
  }
}
