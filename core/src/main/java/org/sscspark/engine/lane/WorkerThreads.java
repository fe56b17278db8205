package org.sscspark.engine.lane;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads of one replica: the calling thread and {@code size - 1} daemons. Work is cut into
 * {@code size} parts by index; a part never waits for another.
 */
final class WorkerThreads implements AutoCloseable {
  /** One part of some work. */
  @FunctionalInterface
  interface Work {
    void run(int part, int parts);
  }

  /** Turns that a waiting thread spins before it sleeps: some ten microseconds. */
  private static final int SPINS = 2000;

  private final Thread[] helpers;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger round = new AtomicInteger();
  private volatile boolean closed;
  private volatile Throwable failure;
  private Work work;
  private Thread caller;

  /** Starts the threads, or none of them if one cannot be started. */
  WorkerThreads(int size) {
    helpers = new Thread[size - 1];
    for (int i = 0; i < helpers.length; i++) {
      int part = i + 1;
      helpers[i] = new Thread(() -> serve(part), "lane-" + part);
      helpers[i].setDaemon(true);
    }
    try {
      for (Thread helper : helpers) {
        helper.start();
      }
    } catch (Throwable noThread) {
      close();
      throw noThread;
    }
  }

  /** The first index of a part. */
  static int start(int length, int part, int parts) {
    return (int) ((long) length * part / parts);
  }

  /** The index after the last of a part. */
  static int end(int length, int part, int parts) {
    return start(length, part + 1, parts);
  }

  /** The threads, the calling one among them. */
  int count() {
    return helpers.length + 1;
  }

  /**
   * Runs all parts and returns when they are done, the failed ones too: what a part throws is
   * thrown here, and the next work finds nothing of it.
   *
   * @throws IllegalStateException after {@link #close}
   */
  void run(Work parts) {
    if (closed) {
      throw new IllegalStateException("The replica is closed: its threads are gone");
    }
    if (helpers.length == 0) {
      parts.run(0, 1);
      return;
    }
    failure = null;
    work = parts;
    caller = Thread.currentThread();
    running.set(helpers.length);
    round.incrementAndGet();
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
    try {
      parts.run(0, helpers.length + 1);
    } finally {
      await();
    }
    if (failure != null) {
      throw new IllegalStateException("A thread of the lane engine failed", failure);
    }
  }

  private void await() {
    for (int spins = 0; running.get() > 0; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(this, 50_000);
      }
    }
  }

  private void serve(int part) {
    int seen = 0;
    while (true) {
      for (int spins = 0; round.get() == seen && !closed; spins++) {
        if (spins < SPINS) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
      }
      if (closed) {
        return;
      }
      seen++;
      try {
        work.run(part, helpers.length + 1);
      } catch (Throwable thrown) {
        failure = thrown;
      } finally {
        if (running.decrementAndGet() == 0) {
          LockSupport.unpark(caller);
        }
      }
    }
  }

  /** Ends the threads. */
  @Override
  public void close() {
    closed = true;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
  }
}
