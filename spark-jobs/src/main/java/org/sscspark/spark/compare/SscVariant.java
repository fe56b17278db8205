package org.sscspark.spark.compare;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Settings;
import org.sscspark.network.SscSettings;

/**
 * SSC by other settings, as a method of its own beside the one of the recipe.
 *
 * @param ssc keys of the section {@code ssc} that differ from the recipe's, and their values; empty
 *     ones are null
 */
public record SscVariant(Map<String, Optional<String>> ssc) {
  public SscVariant {
    ssc = Map.copyOf(ssc);
  }

  /**
   * All its settings.
   *
   * @param recipe those that it leaves alone
   * @throws BadInputException if a key is unknown, a value wrong, or nothing differs
   */
  SscSettings settings(SscSettings recipe) {
    List<String> overrides =
        ssc.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(entry -> "ssc." + entry.getKey() + "=" + entry.getValue().orElse("null"))
            .toList();
    SscSettings own = Settings.of(new Section(recipe), overrides).bind("ssc", SscSettings.class);
    if (own.equals(recipe)) {
      throw new BadInputException("it has the settings of ssc itself; give one that differs");
    }
    return own;
  }

  /** What makes keys those of a recipe in messages. */
  private record Section(SscSettings ssc) {}
}
