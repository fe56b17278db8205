package org.sscspark.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.engine.Engine;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.network.NetworkSpec;

class WorkerThreadsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void refuseWorkAfterTheyAreClosed(int size) {
    WorkerThreads threads = new WorkerThreads(size);
    threads.close();

    assertThatThrownBy(() -> threads.run((part, parts) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The replica is closed: its threads are gone");
  }

  /** Also where the caller's part fails and another thread's does: the second is not kept. */
  @Test
  void aFailedPartLeavesNothingBehind() {
    try (WorkerThreads threads = new WorkerThreads(3)) {
      for (int failing = 0; failing < 3; failing++) {
        int first = failing;
        assertThatThrownBy(
                () ->
                    threads.run(
                        (part, parts) -> {
                          if (part == first || part == 1) {
                            throw new UnsupportedOperationException("part " + part);
                          }
                        }))
            .isInstanceOf(RuntimeException.class);
        AtomicInteger done = new AtomicInteger();

        assertThatCode(() -> threads.run((part, parts) -> done.incrementAndGet()))
            .doesNotThrowAnyException();
        assertThat(done).hasValue(3);
      }
    }
  }

  /** Nobody else has the replica, so nobody else could close it. */
  @Test
  void threadsEndWhereAReplicaCannotBePlanned() throws InterruptedException {
    NetworkSpec network = new RandomNetworks(1).network(Kind.PLAIN);
    Arithmetic noMemory =
        new PlainArithmetic(4) {
          @Override
          public int[] filterBlocks() {
            throw new OutOfMemoryError("no room for tables");
          }
        };
    Engine engine = new LaneEngine(5, noMemory);
    long before = lanes();

    assertThatThrownBy(() -> engine.replica(network, 4)).isInstanceOf(OutOfMemoryError.class);

    for (int i = 0; lanes() > before && i < 1000; i++) {
      Thread.sleep(10);
    }
    assertThat(lanes()).isEqualTo(before);
  }

  private static long lanes() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("lane-"))
        .count();
  }
}
