package org.sscspark.data.sharding;

import java.util.OptionalInt;
import org.sscspark.config.BadInputException;
import org.sscspark.data.ImageEncoding;

/**
 * What a user decides about sharding.
 *
 * @param name the data set's name
 * @param seed decides which example goes where
 * @param shards the number of shards, or empty for one that suits the size
 * @param encoding what shards hold
 * @param resize the height and width that image files are scaled and cut to, or empty to keep them
 */
public record ShardingOptions(
    String name,
    long seed,
    Selection selection,
    OptionalInt shards,
    ImageEncoding encoding,
    OptionalInt resize) {
  public ShardingOptions {
    if (shards.isPresent() && shards.getAsInt() < 1) {
      throw new BadInputException("Shards must be positive, were " + shards.getAsInt());
    }
    if (resize.isPresent() && resize.getAsInt() < 1) {
      throw new BadInputException("Resize must be positive, was " + resize.getAsInt());
    }
  }

  /** Returns the options of a data set of raw pixels, of all examples, with default shards. */
  public static ShardingOptions of(String name, long seed) {
    return new ShardingOptions(
        name, seed, Selection.all(), OptionalInt.empty(), ImageEncoding.RAW, OptionalInt.empty());
  }

  /** Returns these options with a number of shards. */
  public ShardingOptions withShards(int count) {
    return new ShardingOptions(name, seed, selection, OptionalInt.of(count), encoding, resize);
  }
}
