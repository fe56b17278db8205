package org.sscspark.engine.lane;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The caches of a core, in bytes: what the loops of this engine keep in which. Sizes decide how
 * long loops are, never in which order a sum is made, so they change no bit.
 *
 * <p>The fractions were measured on a core with 32 KiB, 1 MiB and a share of 32 MiB, with 16 lanes:
 * ResNet-20 and ResNet-32 x2, minibatches of 128.
 *
 * @param level1 data of the first level
 * @param level2 of the second level
 * @param level3 of the third level, which cores share
 */
record CacheSizes(int level1, int level2, int level3) {
  /** A core of which nothing is known. */
  static final CacheSizes DEFAULT = new CacheSizes(32 << 10, 1 << 20, 32 << 20);

  private static final Path LINUX = Path.of("/sys/devices/system/cpu/cpu0/cache");
  private static final int KIB = 1024;
  private static final Logger LOG = LoggerFactory.getLogger(CacheSizes.class);

  CacheSizes {
    if (level1 < 1 || level2 < 1 || level3 < 1) {
      throw new IllegalArgumentException(
          "Caches have sizes, not " + level1 + ", " + level2 + " and " + level3);
    }
  }

  /** The sizes that Linux tells of the first core; those of {@link #DEFAULT} where it does not. */
  static CacheSizes ofThisMachine() {
    return read(LINUX);
  }

  /**
   * Reads sizes as Linux has them.
   *
   * @param folder with a folder for each cache, with files {@code level}, {@code type}, {@code
   *     size}
   */
  static CacheSizes read(Path folder) {
    int[] sizes = {DEFAULT.level1, DEFAULT.level2, DEFAULT.level3};
    try (DirectoryStream<Path> caches = Files.newDirectoryStream(folder, "index*")) {
      for (Path cache : caches) {
        int level = Integer.parseInt(text(cache, "level"));
        String size = text(cache, "size");
        if (level <= sizes.length && !text(cache, "type").equals("Instruction")) {
          sizes[level - 1] = Math.multiplyExact(KIB, kib(size));
        }
      }
      return new CacheSizes(sizes[0], sizes[1], sizes[2]);
    } catch (IOException | ArithmeticException | IllegalArgumentException e) {
      LOG.debug("The sizes of the caches are not in {}: assuming {}", folder, DEFAULT, e);
      return DEFAULT;
    }
  }

  private static String text(Path cache, String file) throws IOException {
    return Files.readString(cache.resolve(file)).strip();
  }

  private static int kib(String size) {
    if (!size.endsWith("K")) {
      throw new IllegalArgumentException("'" + size + "' is no size in KiB");
    }
    return Integer.parseInt(size.substring(0, size.length() - 1));
  }

  /** Of one tile's positions in all channels, beside what they are multiplied with: in level 2. */
  int tile() {
    return level2 / 16 * 3;
  }

  /**
   * Of the input of one block of examples: a larger one has left level 2, and taps jump from
   * channel to channel, so it is read ahead of them.
   */
  int far() {
    return (int) Math.min(Integer.MAX_VALUE, 3L * level2);
  }

  /** The same where each value is multiplied often: then reading ahead costs next to nothing. */
  int farOfWide() {
    return level2 / 4;
  }

  /**
   * Of the input that a run reads for its positions, taps that meet in one place counted each,
   * which are about half of them: the rest is in level 1.
   */
  int run() {
    return level1 / 4 * 5;
  }

  /**
   * Of all that single filters can read at eight positions: some of it is in level 1 for the next
   * filter, and most of the rest for the next positions. Measured with 48 KiB.
   */
  int sweep() {
    return 3 * level1;
  }

  /**
   * Of the rows of all channels that a layer keeps of what it reads while they go by. A quarter of
   * level 2 stays there, but costs more in short stretches than it saves.
   */
  int window() {
    return level2;
  }

  /** Of the positions of one channel that a weight gradient adds at a time: a part of level 1. */
  int gradientTile() {
    return level1 / 4;
  }

  /** Inputs that come from memory for each set of sums, not from level 3. */
  int largeInput() {
    return level3 / 2;
  }
}
