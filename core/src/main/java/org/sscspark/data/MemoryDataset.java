package org.sscspark.data;

import java.util.List;

/** A data set whose shards are in memory. */
record MemoryDataset(DatasetManifest manifest, List<ImageBlock> shards) implements Dataset {
  MemoryDataset {
    for (int shard = 0; shard < shards.size(); shard++) {
      if (shards.get(shard).examples() != manifest.shards().get(shard).examples()) {
        throw new IllegalArgumentException(
            "Shard %s has %s examples, its manifest says %s"
                .formatted(
                    shard, shards.get(shard).examples(), manifest.shards().get(shard).examples()));
      }
    }
  }

  @Override
  public ImageBlock readShard(int shard) {
    return shards.get(shard);
  }
}
