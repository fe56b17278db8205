package org.sscspark.engine;

import java.io.Serializable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An engine's identity, as every run records it.
 *
 * @param name {@code lane}, {@code cuda} or {@code nd4j}
 * @param lanes examples in one vector; 1 where the batch is not the vector
 * @param threads threads of one replica
 * @param detail instruction set, backend or flags, in words
 * @param arithmetic what decides an engine's bits, as the engine says
 */
public record EngineDescription(
    String name, int lanes, int threads, String detail, String arithmetic) implements Serializable {
  private static final long serialVersionUID = 2L;

  /** How the detail of an engine without vectors begins. */
  public static final String PLAIN_JAVA = "plain Java";

  private static final Pattern TEXT =
      Pattern.compile("(\\S+), (\\d{1,9}) lanes, (\\d{1,9}) threads, (.*)");

  /** What a detail and an arithmetic end with where features are stored in another way. */
  public static String storageSuffix(FeatureStorage storage) {
    return switch (storage) {
      case FLOAT32 -> "";
      case BFLOAT16 -> ", features as bfloat16";
    };
  }

  /** Whether both compute the same bits. */
  public boolean computesAs(EngineDescription other) {
    return name.equals(other.name) && arithmetic.equals(other.arithmetic);
  }

  /** Whether it is the lane engine without vectors, several times slower. */
  public boolean isPlainJava() {
    return detail.startsWith(PLAIN_JAVA);
  }

  /**
   * Whether a run's record speaks of an engine that computes the same bits.
   *
   * @param text as {@link #toString} writes it
   */
  public boolean isRecordedAs(String text) {
    return text.equals(toString())
        || parse(text).filter(recorded -> lanes > 1 && computesAs(recorded)).isPresent();
  }

  /**
   * Reads {@link #toString} of the lane engine, whose lanes and storage are its arithmetic; of
   * others it knows what there is in words.
   */
  public static Optional<EngineDescription> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String detail = matcher.group(4);
    String storage = storageSuffix(FeatureStorage.BFLOAT16);
    return Optional.of(
        new EngineDescription(
            matcher.group(1),
            Integer.parseInt(matcher.group(2)),
            Integer.parseInt(matcher.group(3)),
            detail,
            matcher.group(2) + " lanes" + (detail.endsWith(storage) ? storage : "")));
  }

  @Override
  public String toString() {
    return "%s, %s lanes, %s threads, %s".formatted(name, lanes, threads, detail);
  }
}
