package org.sscspark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sscspark.config.BadInputException;
import org.sscspark.network.FeatureShape;

@Timeout(30)
class ShardCacheTest {
  private final AtomicInteger loads = new AtomicInteger();

  private ImageBlock load(int bytes) {
    loads.incrementAndGet();
    return new ImageBlock(new FeatureShape(1, 1, bytes), new byte[bytes], new long[1], new int[1]);
  }

  @Test
  void loadsOnceAndEvictsTheLeastRecentlyUsed() {
    ShardCache cache = new ShardCache(30);
    cache.block("a", () -> load(10));
    cache.block("b", () -> load(10));
    cache.block("c", () -> load(10));
    cache.block("a", () -> load(10));
    assertThat(loads).hasValue(3);

    cache.block("d", () -> load(15));
    assertThat(cache.heldBytes()).isEqualTo(25);
    cache.block("a", () -> load(10));
    assertThat(loads).hasValue(4);
    cache.block("b", () -> load(10));
    assertThat(loads).hasValue(5);
  }

  @Test
  void handsOutABlockThatIsTooLargeToKeep() {
    ShardCache cache = new ShardCache(5);

    assertThat(cache.block("a", () -> load(10)).pixels()).hasSize(10);
    assertThat(cache.heldBytes()).isZero();
  }

  @Test
  void loadsAgainAfterAFailure() {
    ShardCache cache = new ShardCache(30);
    assertThatThrownBy(
            () ->
                cache.block(
                    "a",
                    () -> {
                      throw new BadInputException("Shard a is damaged");
                    }))
        .hasMessage("Shard a is damaged");

    assertThat(cache.block("a", () -> load(10)).pixels()).hasSize(10);
  }

  @Test
  void threadsShareOneLoad() {
    ShardCache cache = new ShardCache(30);
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CompletableFuture<ImageBlock> first =
        CompletableFuture.supplyAsync(
            () ->
                cache.block(
                    "a",
                    () -> {
                      loading.countDown();
                      awaitQuietly(go);
                      return load(10);
                    }));
    awaitQuietly(loading);
    CompletableFuture<ImageBlock> second =
        CompletableFuture.supplyAsync(() -> cache.block("a", () -> load(10)));
    go.countDown();

    assertThat(second.join()).isSameAs(first.join());
    assertThat(loads).hasValue(1);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
