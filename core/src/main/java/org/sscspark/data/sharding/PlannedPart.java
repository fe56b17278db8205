package org.sscspark.data.sharding;

import java.io.Serializable;
import java.util.TreeMap;

/**
 * Where the examples of a part are in the order of all, and how many it has.
 *
 * @param firstId the examples of all parts before
 * @param ofClass the part's share of each class that it has examples of
 */
public record PlannedPart(long firstId, TreeMap<String, Share> ofClass) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Consecutive examples of a class.
   *
   * @param first the examples of the class in all parts before
   * @param count those of the part
   */
  public record Share(long first, long count) implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Of a class that a part had no example of. */
    static final Share NONE = new Share(0, 0);
  }
}
