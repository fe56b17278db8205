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

/** The selected records of one part, each with its place. */
public final class PartPlacement implements Iterator<PlacedImage> {
  private final ShardingPlan plan;
  private final RawRecords records;
  private final Map<String, Integer> labels = new HashMap<>();
  private final RandomOrder[] orders;
  private final long[] firstPlaces;
  private final long[] indices;
  private long nextId;
  private PlacedImage ahead;

  /**
   * Prepares to place records.
   *
   * @param part the index of the part in its data set
   * @param records the part's records, from the first
   */
  public PartPlacement(ShardingPlan plan, int part, RawRecords records) {
    this.plan = plan;
    this.records = records;
    int classes = plan.classes().size();
    ShardingPlan.PartStart start = plan.starts().get(part);
    nextId = start.examples();
    orders = new RandomOrder[classes];
    firstPlaces = new long[classes];
    indices = new long[classes];
    long place = 0;
    for (int label = 0; label < classes; label++) {
      String name = plan.classes().get(label);
      labels.put(name, label);
      orders[label] =
          new RandomOrder(
              plan.classSizes().get(label), RandomStream.key(plan.seed(), Purpose.SHARDING, label));
      firstPlaces[label] = place;
      indices[label] = start.ofClass().getOrDefault(name, 0L);
      place += plan.selected(label);
    }
  }

  @Override
  public boolean hasNext() {
    while (ahead == null && records.hasNext()) {
      ahead = place(records.next());
    }
    return ahead != null;
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
    if (indices[label] >= size) {
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
