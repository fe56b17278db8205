package org.sscspark.data.raw;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sscspark.config.BadInputException;

/** Class names that a file of a raw data set lists. */
final class ClassNames {
  private ClassNames() {}

  /**
   * The names of a list, a line each, without blank lines.
   *
   * @param where the file, for messages
   * @throws BadInputException if there is none, or a name is there twice: images of one class would
   *     be of two
   */
  static List<String> of(String text, String where) {
    List<String> names = text.lines().map(String::strip).filter(name -> !name.isEmpty()).toList();
    if (names.isEmpty()) {
      throw new BadInputException(where + " names no class; fetch the file again");
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new BadInputException(
            "%s names the class '%s' twice; fetch the file again, or remove one line"
                .formatted(where, name));
      }
    }
    return names;
  }
}
