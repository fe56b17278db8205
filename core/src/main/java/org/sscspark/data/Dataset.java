package org.sscspark.data;

import java.net.URI;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.config.BadInputException;

/** A sharded data set that can be read; safe for use by several threads. */
public interface Dataset {
  DatasetManifest manifest();

  /**
   * Returns the images of a shard, decoded, in stored order.
   *
   * @throws BadInputException if the shard's file is missing, damaged or not the one that the
   *     manifest describes
   */
  ImageBlock readShard(int shard);

  /**
   * Returns the image files of a shard as they are, in stored order, whatever their sizes; not
   * cached.
   *
   * @throws BadInputException as {@link #readShard}, or if the data set holds pixels
   */
  default EncodedBlock readFiles(int shard) {
    throw new BadInputException(
        "Data set %s holds pixels; shard it with --encoding encoded to keep image files"
            .formatted(manifest().name()));
  }

  /**
   * Opens a stored data set; its shards are read through {@link ShardCache#shared}.
   *
   * @param location the data set's folder
   * @throws BadInputException if there is no data set
   */
  static Dataset open(Configuration configuration, URI location) {
    return open(configuration, location, ShardCache.shared());
  }

  /** Opens a stored data set whose shards are kept in a cache; one of no bytes keeps none. */
  static Dataset open(Configuration configuration, URI location, ShardCache cache) {
    return StoredDataset.open(configuration, location, cache);
  }

  /** Returns a stored data set whose manifest is known already, without reading anything. */
  static Dataset of(Configuration configuration, URI location, DatasetManifest manifest) {
    return new StoredDataset(configuration, location, manifest, ShardCache.shared());
  }

  /** Returns a data set whose shards are in memory. */
  static Dataset inMemory(DatasetManifest manifest, List<ImageBlock> shards) {
    return new MemoryDataset(manifest, List.copyOf(shards));
  }
}
