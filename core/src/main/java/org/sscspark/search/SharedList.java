package org.sscspark.search;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * A list that never changes: adding or replacing an element makes another list, in little time,
 * because it shares all but one path of a tree with this one.
 */
final class SharedList<T> extends AbstractList<T> implements RandomAccess {
  private static final int BITS = 5;
  private static final int MASK = (1 << BITS) - 1;

  /** Nodes of nodes, and at the bottom of elements. */
  private final Object[] root;

  /** By how many bits an index is shifted to give the place in the root. */
  private final int shift;

  private final int size;

  /** Without elements. */
  SharedList() {
    this(new Object[0], 0, 0);
  }

  private SharedList(Object[] root, int shift, int size) {
    this.root = root;
    this.shift = shift;
    this.size = size;
  }

  /** This list with one element more. */
  SharedList<T> plus(T element) {
    boolean full = size >>> shift > MASK;
    Object[] from = full ? new Object[] {root} : root;
    int by = full ? shift + BITS : shift;
    return new SharedList<>(with(from, by, size, element), by, size + 1);
  }

  /** This list with another element at an index. */
  SharedList<T> with(int index, T element) {
    Objects.checkIndex(index, size);
    return new SharedList<>(with(root, shift, index, element), shift, size);
  }

  private static Object[] with(Object[] node, int shift, int index, Object element) {
    int place = index >>> shift & MASK;
    Object[] changed = Arrays.copyOf(node, Math.max(node.length, place + 1));
    if (shift == 0) {
      changed[place] = element;
    } else {
      Object[] below = changed[place] == null ? new Object[0] : (Object[]) changed[place];
      changed[place] = with(below, shift - BITS, index, element);
    }
    return changed;
  }

  @Override
  @SuppressWarnings("unchecked") // Only elements are at the bottom.
  public T get(int index) {
    Objects.checkIndex(index, size);
    Object[] node = root;
    for (int by = shift; by > 0; by -= BITS) {
      node = (Object[]) node[index >>> by & MASK];
    }
    return (T) node[index & MASK];
  }

  @Override
  public int size() {
    return size;
  }
}
