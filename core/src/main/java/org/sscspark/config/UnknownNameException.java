package org.sscspark.config;

import java.util.Collection;
import java.util.List;

/** A name is not one of those that are known. */
public final class UnknownNameException extends BadInputException {
  private static final long serialVersionUID = 1L;

  private final List<String> known;

  /**
   * Says which names there are.
   *
   * @param kind what the name should be of, as in "pruning method"
   */
  public UnknownNameException(String kind, String name, Collection<String> known) {
    super("There is no %s '%s'; take one of %s".formatted(kind, name, String.join(", ", known)));
    this.known = List.copyOf(known);
  }

  List<String> known() {
    return known;
  }
}
