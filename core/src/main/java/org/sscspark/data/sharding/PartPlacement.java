package org.sscspark.data.sharding;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.sscspark.config.BadInputException;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.data.raw.RawRecords;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * The selected records of one part, each with its place. They must be as many of each class as were
 * counted: with more, two examples would have one id and one place; with fewer, a place would stay
 * empty.
 */
public final class PartPlacement implements Iterator<PlacedImage> {
  private final ShardingPlan plan;
  private final RawRecords records;
  private final Map<String, Integer> labels = new HashMap<>();
  private final RandomOrder[] orders;
  private final long[] firstPlaces;
  private final long[] indices;
  private final long[] ends;
  private long nextId;
  private PlacedImage ahead;

  /**
   * Prepares to place records.
   *
   * @param part what the plan knows of the part
   * @param records the part's records, from the first
   */
  public PartPlacement(ShardingPlan plan, PlannedPart part, RawRecords records) {
    this.plan = plan;
    this.records = records;
    int classes = plan.classes().size();
    nextId = part.firstId();
    orders = new RandomOrder[classes];
    firstPlaces = new long[classes];
    indices = new long[classes];
    ends = new long[classes];
    long place = 0;
    for (int label = 0; label < classes; label++) {
      String name = plan.classes().get(label);
      labels.put(name, label);
      orders[label] =
          new RandomOrder(
              plan.classSizes().get(label), RandomStream.key(plan.seed(), Purpose.SHARDING, label));
      firstPlaces[label] = place;
      PlannedPart.Share share = part.ofClass().getOrDefault(name, PlannedPart.Share.NONE);
      indices[label] = share.first();
      ends[label] = share.first() + share.count();
      place += plan.selected(label);
    }
  }

  @Override
  public boolean hasNext() {
    while (ahead == null && records.hasNext()) {
      ahead = place(records.next());
    }
    if (ahead == null) {
      requireAll();
    }
    return ahead != null;
  }

  private void requireAll() {
    for (int label = 0; label < ends.length; label++) {
      if (indices[label] < ends[label]) {
        throw new BadInputException(
            "Images of class '%s' are gone since they were counted (%s in one part); do not change the files meanwhile"
                .formatted(plan.classes().get(label), ends[label] - indices[label]));
      }
    }
  }

  @Override
  public PlacedImage next() {
    if (!hasNext()) {
      throw new NoSuchElementException("No image left in this part");
    }
    PlacedImage next = ahead;
    ahead = null;
    return next;
  }

  /** Returns a record with its place, or null if it is not selected. */
  private PlacedImage place(RawRecord record) {
    Integer label = labels.get(record.className());
    if (label == null) {
      throw new BadInputException(
          "%s has class '%s', which was not there before; do not change the files meanwhile"
              .formatted(record.where(), record.className()));
    }
    long id = nextId++;
    long size = plan.classSizes().get(label);
    if (indices[label] >= ends[label]) {
      throw new BadInputException(
          "%s was not there before; do not change the files meanwhile".formatted(record.where()));
    }
    long rank = orders[label].place(indices[label]++) - plan.selection().first(size);
    if (rank < 0 || rank >= plan.selected(label)) {
      return null;
    }
    int shard = (int) ((firstPlaces[label] + rank) % plan.shards());
    long order = RandomStream.key(plan.seed(), Purpose.SHARDING, label, id);
    return new PlacedImage(
        new ExamplePlace(shard, order, id),
        label,
        record.where(),
        record.image(),
        record.problem());
  }
}
