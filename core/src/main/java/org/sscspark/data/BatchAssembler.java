package org.sscspark.data;

import java.util.Optional;
import org.sscspark.engine.InputLayout;

/**
 * Writes augmented, normalised images into an engine's input layout. Images of one block of lanes
 * are written row by row together, so that the interleaved writes stay in the nearest cache.
 */
public final class BatchAssembler {
  /** Crops and flips that are done while pixels are written: none of those that were staged. */
  private final Augmentation written;

  private final Optional<StagedImages> staged;
  private final InputLayout layout;
  private final float[][] tables;
  private final byte[][] pixels;
  private final int[] offsets;
  private final long[] draws;

  /**
   * Prepares to write.
   *
   * @throws IllegalArgumentException if the normalisation has other channels than the layout
   */
  public BatchAssembler(ImageTransform transform, InputLayout layout) {
    Augmentation augmentation = transform.augmentation();
    this.layout = layout;
    int channels = layout.shape().channels();
    if (transform.normalization().mean().size() != channels) {
      throw new IllegalArgumentException(
          "Normalisation of %s channels cannot be used for images of shape %s"
              .formatted(transform.normalization().mean().size(), layout.shape()));
    }
    staged =
        StagedImages.isNeededFor(augmentation)
            ? Optional.of(new StagedImages(transform, layout.shape(), layout.capacity()))
            : Optional.empty();
    written = staged.isPresent() ? Augmentation.none() : augmentation;
    tables = transform.normalization().tables();
    pixels = new byte[layout.capacity()][];
    offsets = new int[layout.capacity()];
    draws = new long[layout.capacity()];
  }

  /** Says which example becomes image n, and the random bits of its augmentation. */
  public void place(int n, ImageBlock block, int example, long draw) {
    int size = layout.shape().size();
    if (staged.isPresent()) {
      staged.get().stage(n, block.pixels(), example * size, draw);
      pixels[n] = staged.get().bytes();
      offsets[n] = n * size;
    } else {
      pixels[n] = block.pixels();
      offsets[n] = example * size;
    }
    draws[n] = draw;
  }

  /**
   * Says that an image of the layout's shape becomes image n, whose part was chosen already.
   *
   * @param image [channels, height, width]; kept until {@link #write}
   */
  void placePart(int n, byte[] image, long draw) {
    pixels[n] = image;
    offsets[n] = 0;
    if (staged.isPresent()) {
      staged.get().stageWhole(n, image, 0, draw);
      pixels[n] = staged.get().bytes();
      offsets[n] = n * layout.shape().size();
    }
    draws[n] = draw;
  }

  /** Writes the images 0 .. count-1. */
  public void write(float[] input, int count) {
    for (int block = 0; block < count; block += layout.lanes()) {
      int end = Math.min(block + layout.lanes(), count);
      for (int channel = 0; channel < layout.shape().channels(); channel++) {
        for (int y = 0; y < layout.shape().height(); y++) {
          for (int n = block; n < end; n++) {
            writeRow(input, n, channel, y);
          }
        }
      }
    }
  }

  private void writeRow(float[] input, int n, int channel, int y) {
    int width = layout.shape().width();
    int height = layout.shape().height();
    float[] table = tables[channel];
    int target = layout.plane(n, channel) + y * layout.rowStride();
    int step = layout.pixelStride();
    int row = y + written.down(draws[n]);
    if (row < 0 || row >= height) {
      fill(input, target, step, 0, width, table[0]);
      return;
    }
    int shift = written.right(draws[n]);
    boolean mirrored = written.mirrored(draws[n]);
    // Output column x shows source column x + shift, or width - 1 - x + shift if mirrored.
    int first = Math.max(0, mirrored ? shift : -shift);
    int end = Math.min(width, mirrored ? width + shift : width - shift);
    if (first >= end) {
      fill(input, target, step, 0, width, table[0]);
      return;
    }
    fill(input, target, step, 0, first, table[0]);
    int direction = mirrored ? -1 : 1;
    int source =
        offsets[n]
            + (channel * height + row) * width
            + (mirrored ? width - 1 - first + shift : first + shift);
    byte[] image = pixels[n];
    for (int x = first; x < end; x++) {
      input[target + x * step] = table[image[source] & 0xFF];
      source += direction;
    }
    fill(input, target, step, end, width, table[0]);
  }

  private static void fill(float[] input, int target, int step, int from, int to, float value) {
    for (int x = from; x < to; x++) {
      input[target + x * step] = value;
    }
  }
}
