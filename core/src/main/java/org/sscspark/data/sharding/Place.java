package org.sscspark.data.sharding;

import java.io.Serializable;
import java.util.Comparator;

/**
 * Where an example goes: into a shard, and there in the order of a random number.
 *
 * @param order random bits; the id breaks ties
 * @param id the identity of the example in its data set
 */
public record Place(int shard, long order, long id) implements Comparable<Place>, Serializable {
  private static final Comparator<Place> ORDER =
      Comparator.comparingInt(Place::shard)
          .thenComparingLong(Place::order)
          .thenComparingLong(Place::id);

  @Override
  public int compareTo(Place other) {
    return ORDER.compare(this, other);
  }
}
