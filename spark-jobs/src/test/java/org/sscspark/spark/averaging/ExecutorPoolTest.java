package org.sscspark.spark.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ExecutorPoolTest {

  @Test
  void givesAnIdleInstanceOfTheSameKeyOnly() {
    ExecutorPool<String, Object> pool = new ExecutorPool<>(2, closed -> {});
    Object a = pool.borrow("a", Object::new);
    pool.giveBack("a", a);
    assertThat(pool.borrow("b", Object::new)).isNotSameAs(a);
    assertThat(pool.borrow("a", Object::new)).isSameAs(a);
    assertThat(pool.borrow("a", Object::new)).isNotSameAs(a);
  }

  @Test
  void closesTheOneIdleLongestBeyondItsCapacity() {
    List<String> closed = new ArrayList<>();
    ExecutorPool<String, String> pool = new ExecutorPool<>(2, closed::add);
    pool.giveBack("k", "oldest");
    pool.giveBack("k", "older");
    pool.giveBack("k", "new");
    assertThat(closed).containsExactly("oldest");
    assertThat(pool.idle()).isEqualTo(2);
  }

  @Test
  void clearClosesWhatIsIdleAndNothingElse() {
    List<String> closed = new ArrayList<>();
    ExecutorPool<String, String> pool = new ExecutorPool<>(4, closed::add);
    pool.giveBack("k", "lent");
    pool.borrow("k", () -> "new");
    pool.giveBack("k", "idle");
    pool.giveBack("other", "idle too");

    assertThat(pool.clear()).isTrue();
    assertThat(closed).containsExactly("idle", "idle too");
    assertThat(pool.idle()).isZero();
    assertThat(pool.clear()).isFalse();
  }

  @Test
  void whatNobodyAsksForAnyMoreIsClosed() {
    List<String> closed = new ArrayList<>();
    ExecutorPool<String, String> pool = new ExecutorPool<>(4, closed::add);
    pool.giveBack("ended", "one");
    pool.giveBack("continues", "two");
    pool.giveBack("ended", "three");

    assertThat(pool.closeIf("ended"::equals)).isTrue();
    assertThat(closed).containsExactly("one", "three");
    assertThat(pool.closeIf("ended"::equals)).isFalse();
    pool.giveBack("continues", "four");
    pool.keep(1);
    pool.giveBack("continues", "five");
    assertThat(closed).containsExactly("one", "three", "two", "four");
  }

  @Test
  void neverLendsAnInstanceTwice() throws Exception {
    int threads = 4;
    AtomicInteger made = new AtomicInteger();
    ExecutorPool<String, AtomicBoolean> pool = new ExecutorPool<>(threads, closed -> {});
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      Callable<Boolean> task =
          () -> {
            boolean alone = true;
            for (int i = 0; i < 5000; i++) {
              AtomicBoolean used =
                  pool.borrow(
                      "k",
                      () -> {
                        made.incrementAndGet();
                        return new AtomicBoolean();
                      });
              alone &= used.compareAndSet(false, true);
              alone &= used.compareAndSet(true, false);
              pool.giveBack("k", used);
            }
            return alone;
          };
      for (Future<Boolean> alone : executor.invokeAll(List.of(task, task, task, task))) {
        assertThat(alone.get()).isTrue();
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(made.get()).isLessThanOrEqualTo(threads);
  }
}
