package org.sscspark.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a user most likely meant by a name that is not known. */
public final class Spelling {
  private Spelling() {}

  /**
   * The known name closest to {@code name}, or empty when none is close: more than a third of the
   * letters (and more than one) would have to change. Ties go to the alphabetically first.
   */
  public static Optional<String> nearest(String name, Collection<String> known) {
    int limit = Math.max(1, (name.length() + 1) / 3);
    return known.stream()
        .filter(candidate -> distance(name, candidate) <= limit)
        .min(
            Comparator.<String>comparingInt(candidate -> distance(name, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** The end of an error message: the name that was probably meant, else all that are known. */
  public static String suggestion(String name, Collection<String> known) {
    return nearest(name, known)
        .map(candidate -> "did you mean '" + candidate + "'?")
        .orElseGet(
            () -> known.stream().sorted().collect(Collectors.joining(", ", "known are: ", "")));
  }

  /** Levenshtein distance in which swapping two neighbours counts once. */
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      cost[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      cost[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        cost[i][j] = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
