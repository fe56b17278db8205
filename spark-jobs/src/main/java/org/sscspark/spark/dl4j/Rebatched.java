package org.sscspark.spark.dl4j;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * The examples of any elements, in order, in minibatches of one size, of which the last may have
 * fewer. DL4J's own iterator loses examples where an element is divided more than once.
 */
final class Rebatched implements Iterator<MultiDataSet> {
  private final Iterator<MultiDataSet> elements;
  private final int size;

  /** The examples of an element that did not fit. */
  private final Deque<MultiDataSet> rest = new ArrayDeque<>();

  Rebatched(Iterator<MultiDataSet> elements, int size) {
    this.elements = elements;
    this.size = size;
  }

  @Override
  public boolean hasNext() {
    return !rest.isEmpty() || elements.hasNext();
  }

  @Override
  public MultiDataSet next() {
    List<MultiDataSet> parts = new ArrayList<>();
    long examples = 0;
    do {
      MultiDataSet part = rest.isEmpty() ? elements.next() : rest.remove();
      long count = part.getFeatures(0).size(0);
      if (examples + count <= size) {
        parts.add(part);
        examples += count;
      } else {
        rest.addAll(part.asList());
      }
    } while (examples < size && hasNext());
    return parts.size() == 1 ? parts.get(0) : org.nd4j.linalg.dataset.MultiDataSet.merge(parts);
  }
}
