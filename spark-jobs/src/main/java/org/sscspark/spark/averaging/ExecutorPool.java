package org.sscspark.spark.averaging;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Idle instances that an executor keeps from one task to the next, so that a round builds nothing.
 * Tasks of one JVM borrow different instances; at most {@code capacity} are idle, and beyond that
 * those that were idle longest are closed. Safe for use by several threads.
 */
public final class ExecutorPool<K, V> {
  private volatile int capacity;
  private final Consumer<V> close;
  private final Deque<Entry<K, V>> idle = new ArrayDeque<>();

  private record Entry<K, V>(K key, V value) {}

  /**
   * Makes an empty pool.
   *
   * @param capacity the idle instances to keep
   * @param close what is done with one that is not kept
   */
  public ExecutorPool(int capacity, Consumer<V> close) {
    this.capacity = capacity;
    this.close = close;
  }

  /** Takes an idle instance of this key, or makes one. */
  public V borrow(K key, Supplier<V> make) {
    synchronized (idle) {
      for (Iterator<Entry<K, V>> newestFirst = idle.descendingIterator(); newestFirst.hasNext(); ) {
        Entry<K, V> entry = newestFirst.next();
        if (entry.key.equals(key)) {
          newestFirst.remove();
          return entry.value;
        }
      }
    }
    return make.get();
  }

  /** Keeps a borrowed instance for the next task. */
  public void giveBack(K key, V value) {
    List<V> surplus = new ArrayList<>();
    synchronized (idle) {
      idle.addLast(new Entry<>(key, value));
      while (idle.size() > capacity) {
        surplus.add(idle.removeFirst().value);
      }
    }
    surplus.forEach(close);
  }

  /** Changes how many idle instances are kept, from the next that is given back. */
  public void keep(int most) {
    capacity = most;
  }

  /**
   * Closes all idle instances, for what they hold.
   *
   * @return whether there were any
   */
  public boolean clear() {
    return closeIf(key -> true);
  }

  /**
   * Closes idle instances that nobody will ask for any more.
   *
   * @param ended whether nobody asks for this key
   * @return whether there were any
   */
  public boolean closeIf(Predicate<K> ended) {
    List<Entry<K, V>> surplus = new ArrayList<>();
    synchronized (idle) {
      for (Iterator<Entry<K, V>> each = idle.iterator(); each.hasNext(); ) {
        Entry<K, V> entry = each.next();
        if (ended.test(entry.key)) {
          each.remove();
          surplus.add(entry);
        }
      }
    }
    surplus.forEach(entry -> close.accept(entry.value));
    return !surplus.isEmpty();
  }

  /** The number of idle instances. */
  public int idle() {
    synchronized (idle) {
      return idle.size();
    }
  }
}
