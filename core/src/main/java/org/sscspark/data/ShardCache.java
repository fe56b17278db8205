package org.sscspark.data;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.sscspark.config.BadInputException;
import org.sscspark.config.SystemProperties;

/**
 * Decoded shards kept between epochs, the least recently used evicted first. Threads that ask for
 * the same shard at once share one load. Only finished loads count towards the capacity, and a
 * block too large for the cache is handed out without being kept.
 */
public final class ShardCache {
  private static ShardCache shared;

  private final long capacityBytes;
  private final Map<String, CompletableFuture<ImageBlock>> blocks =
      new LinkedHashMap<>(16, 0.75f, true);
  private long heldBytes;
  private long loadedBytes;

  public ShardCache(long capacityBytes) {
    this.capacityBytes = capacityBytes;
  }

  /**
   * The cache of this JVM. It holds a quarter of the heap, or the bytes that the system property
   * {@code sscspark.shard-cache-bytes} gives.
   *
   * @throws BadInputException if that is no number of bytes
   */
  public static synchronized ShardCache shared() {
    if (shared == null) {
      shared =
          new ShardCache(
              SystemProperties.bytes(
                  "sscspark.shard-cache-bytes", Runtime.getRuntime().maxMemory() / 4));
    }
    return shared;
  }

  /**
   * Returns the block of this key, loading it if it is not here. An exception of the load reaches
   * every thread that waited for it, and the next call loads again.
   */
  ImageBlock block(String key, Supplier<ImageBlock> load) {
    CompletableFuture<ImageBlock> mine = new CompletableFuture<>();
    CompletableFuture<ImageBlock> known;
    synchronized (this) {
      known = blocks.putIfAbsent(key, mine);
    }
    if (known != null) {
      return join(known);
    }
    try {
      ImageBlock block = load.get();
      keep(key, mine, block);
      return block;
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        blocks.remove(key);
      }
      mine.completeExceptionally(e);
      throw e;
    }
  }

  private static ImageBlock join(CompletableFuture<ImageBlock> block) {
    try {
      return block.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Completes a load and makes room for it; blocks that are being loaded do not count yet. */
  private synchronized void keep(
      String key, CompletableFuture<ImageBlock> loading, ImageBlock block) {
    loading.complete(block);
    loadedBytes += block.pixels().length;
    if (block.pixels().length > capacityBytes) {
      blocks.remove(key);
      return;
    }
    heldBytes += block.pixels().length;
    Iterator<CompletableFuture<ImageBlock>> eldest = blocks.values().iterator();
    while (heldBytes > capacityBytes) {
      CompletableFuture<ImageBlock> candidate = eldest.next();
      if (candidate.isDone() && candidate != loading) {
        heldBytes -= candidate.join().pixels().length;
        eldest.remove();
      }
    }
  }

  /** The bytes of pixels that were loaded because they were not here, so far. */
  public synchronized long loadedBytes() {
    return loadedBytes;
  }

  /** The bytes of pixels held now. */
  synchronized long heldBytes() {
    return heldBytes;
  }
}
