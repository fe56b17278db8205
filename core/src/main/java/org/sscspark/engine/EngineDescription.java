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
 */
public record EngineDescription(String name, int lanes, int threads, String detail)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** How the detail of an engine without vectors begins. */
  public static final String PLAIN_JAVA = "plain Java";

  private static final Pattern TEXT =
      Pattern.compile("(\\S+), (\\d{1,9}) lanes, (\\d{1,9}) threads, (.*)");

  /**
   * Whether both compute the same bits. Where the batch is the vector, its lanes decide, whatever
   * the threads and flags; other engines compute with a library that promises less.
   */
  public boolean computesAs(EngineDescription other) {
    return name.equals(other.name) && lanes == other.lanes && (lanes > 1 || equals(other));
  }

  /** Whether it is the lane engine without vectors, several times slower. */
  public boolean isPlainJava() {
    return detail.startsWith(PLAIN_JAVA);
  }

  /** Reads {@link #toString}, as records of runs have it; empty if it is something else. */
  public static Optional<EngineDescription> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new EngineDescription(
                matcher.group(1),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)),
                matcher.group(4)))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return "%s, %d lanes, %d threads, %s".formatted(name, lanes, threads, detail);
  }
}
