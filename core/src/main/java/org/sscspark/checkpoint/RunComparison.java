package org.sscspark.checkpoint;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a run was beside what it would be now. A difference is the first one, in words: key,
 * recorded value, value now.
 */
public record RunComparison(RunRecord recorded, RunRecord now) {
  /** Of programs that recorded none. */
  private static final String FIRST_DECODING = "1";

  private static final String CHECKPOINT_SETTINGS = "checkpoint.";
  private static final String PAUSE = "train.stop-after";

  /** Of which the first may be written as the whole section, and was the whole section once. */
  private static final Pattern ENGINE_NAME = Pattern.compile("(?<=^|\\.)engine\\.name$");

  private static final Pattern ENGINE_LANES = Pattern.compile("(?<=^|\\.)engine\\.lanes$");

  /**
   * Compares what must be equal for a run to resume: configuration and data; how images are decoded
   * is for {@link #decodingDifference}. When checkpoints are made, how many are kept and where a
   * run pauses changes nothing in what is computed, so it may differ, and so may the lanes of
   * vectors, which change last bits at most and are recorded with what computes. A run of a program
   * that did not record what it evaluates on or starts from, or shapes and classes, takes any.
   */
  public Optional<String> difference() {
    return firstDifference(decisive(recorded), decisive(now))
        .or(() -> firstDifference(identities(recorded), identities(now, this::isRecorded)));
  }

  /** Compares how image files become pixels: what was learned of some would not go with others. */
  public Optional<String> decodingDifference() {
    SortedMap<String, String> before = decodings(recorded);
    SortedMap<String, String> after = decodings(now);
    before.keySet().forEach(key -> after.putIfAbsent(key, FIRST_DECODING));
    after.keySet().forEach(key -> before.putIfAbsent(key, FIRST_DECODING));
    return firstDifference(before, after);
  }

  /** Compares versions and machines. */
  Optional<String> environmentDifference() {
    return firstDifference(recorded.environment(), now.environment());
  }

  /** What {@link #difference} compares of a run. */
  static SortedMap<String, String> compared(RunRecord run) {
    SortedMap<String, String> compared = decisive(run);
    compared.putAll(identities(run));
    return compared;
  }

  private static SortedMap<String, String> decisive(RunRecord run) {
    SortedMap<String, String> settings = new TreeMap<>();
    run.settings()
        .forEach(
            (key, value) -> settings.put(ENGINE_NAME.matcher(key).replaceFirst("engine"), value));
    settings
        .keySet()
        .removeIf(
            key ->
                key.startsWith(CHECKPOINT_SETTINGS)
                    || key.equals(PAUSE)
                    || ENGINE_LANES.matcher(key).find());
    return settings;
  }

  private static SortedMap<String, String> identities(RunRecord run) {
    return identities(run, key -> true);
  }

  private static SortedMap<String, String> identities(RunRecord run, Predicate<String> compared) {
    return data(run, key -> !key.endsWith(RunRecord.DECODING) && compared.test(key));
  }

  private static SortedMap<String, String> decodings(RunRecord run) {
    return data(run, key -> key.endsWith(RunRecord.DECODING));
  }

  private static SortedMap<String, String> data(RunRecord run, Predicate<String> chosen) {
    SortedMap<String, String> data = new TreeMap<>();
    run.data()
        .forEach(
            (key, value) -> {
              if (chosen.test(key)) {
                data.put(key.startsWith(RunRecord.FROM) ? key : "data set " + key, value);
              }
            });
    return data;
  }

  /** Whether the program that began the run recorded what a key says, if there was something. */
  private boolean isRecorded(String key) {
    if (key.endsWith(RunRecord.SHAPE) || key.endsWith(RunRecord.CLASSES)) {
      return recorded.data().keySet().stream().anyMatch(own -> own.endsWith(RunRecord.SHAPE));
    }
    if (key.startsWith(RunRecord.FROM)) {
      return recorded.data().keySet().stream().anyMatch(own -> own.startsWith(RunRecord.FROM));
    }
    return !key.startsWith(RunRecord.TEST)
        || recorded.data().keySet().stream().anyMatch(own -> own.startsWith(RunRecord.TEST));
  }

  private static Optional<String> firstDifference(
      SortedMap<String, String> before, SortedMap<String, String> after) {
    SortedMap<String, String> keys = new TreeMap<>(before);
    keys.putAll(after);
    return keys.keySet().stream()
        .filter(key -> !value(before, key).equals(value(after, key)))
        .findFirst()
        .map(key -> key + " was " + value(before, key) + " and is now " + value(after, key));
  }

  private static String value(SortedMap<String, String> values, String key) {
    return values.getOrDefault(key, RunRecord.ABSENT);
  }
}
