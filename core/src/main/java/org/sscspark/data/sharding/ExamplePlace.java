package org.sscspark.data.sharding;

import java.io.Serializable;
import java.util.Comparator;

/**
 * Where an example goes: into a shard, and there in the order of a random number.
 *
 * @param order random bits; the id breaks ties
 * @param id the identity of the example in its data set
 */
public record ExamplePlace(int shard, long order, long id)
    implements Comparable<ExamplePlace>, Serializable {
  private static final Comparator<ExamplePlace> ORDER =
      Comparator.comparingInt(ExamplePlace::shard)
          .thenComparingLong(ExamplePlace::order)
          .thenComparingLong(ExamplePlace::id);

  @Override
  public int compareTo(ExamplePlace other) {
    return ORDER.compare(this, other);
  }
}
