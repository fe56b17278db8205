package org.sscspark.search;

import java.time.Duration;
import java.util.Optional;
import org.sscspark.config.BadInputException;

/**
 * How much a search may spend. What is begun is finished.
 *
 * @param trials how many may be started
 * @param epochs how many may be trained, all trials together
 * @param wallTime how long trials may be begun, over all the times that the search was resumed
 */
public record Budget(
    Optional<Integer> trials, Optional<Integer> epochs, Optional<Duration> wallTime) {
  public Budget {
    requirePositive("trials", trials);
    requirePositive("epochs", epochs);
    wallTime.ifPresent(
        time -> {
          if (time.isZero() || time.isNegative()) {
            throw new BadInputException("Budget: wall-time = " + time + " must be positive");
          }
        });
  }

  /** So many trials. */
  public static Budget trials(int most) {
    return new Budget(Optional.of(most), Optional.empty(), Optional.empty());
  }

  /** So many epochs, all trials together. */
  public static Budget epochs(int most) {
    return new Budget(Optional.empty(), Optional.of(most), Optional.empty());
  }

  /** So much time. */
  public static Budget wallTime(Duration most) {
    return new Budget(Optional.empty(), Optional.empty(), Optional.of(most));
  }

  private static void requirePositive(String name, Optional<Integer> value) {
    value.ifPresent(
        count -> {
          if (count < 1) {
            throw new BadInputException("Budget: " + name + " = " + count + " must be positive");
          }
        });
  }

  /** Nothing is limited. */
  public boolean isUnlimited() {
    return trials.isEmpty() && epochs.isEmpty() && wallTime.isEmpty();
  }
}
