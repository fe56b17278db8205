package org.sscspark.data.sharding;

import java.util.OptionalInt;
import org.sscspark.config.BadInputException;

/**
 * What a user decides about sharding.
 *
 * @param name the data set's name
 * @param seed decides which example goes where
 * @param shards the number of shards, or empty for one that suits the size
 */
public record ShardingOptions(
    String name, long seed, ExampleSelection selection, OptionalInt shards, ImageOptions images) {
  public ShardingOptions {
    if (shards.isPresent() && shards.getAsInt() < 1) {
      throw new BadInputException("Shards must be positive, were " + shards.getAsInt());
    }
  }

  /** Returns the options of a data set of raw pixels, of all examples, with default shards. */
  public static ShardingOptions of(String name, long seed) {
    return new ShardingOptions(
        name, seed, ExampleSelection.all(), OptionalInt.empty(), ImageOptions.pixels());
  }

  /** Returns these options with a number of shards. */
  public ShardingOptions withShards(int count) {
    return new ShardingOptions(name, seed, selection, OptionalInt.of(count), images);
  }

  /** Returns these options with another selection. */
  public ShardingOptions withSelection(ExampleSelection other) {
    return new ShardingOptions(name, seed, other, shards, images);
  }

  /** Returns these options with another treatment of image files. */
  public ShardingOptions withImages(ImageOptions other) {
    return new ShardingOptions(name, seed, selection, shards, other);
  }
}
