package org.sscspark.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What computes on this machine, by the name that its maker gave it. */
public final class Processor {
  private static final Path LINUX = Path.of("/proc/cpuinfo");

  private Processor() {}

  /** Name, family and model; where the system does not say, the kind of processor. */
  public static String description() {
    try (Stream<String> lines = Files.lines(LINUX)) {
      List<String> first = lines.takeWhile(line -> !line.isBlank()).toList();
      return "%s (family %s, model %s)"
          .formatted(
              value(first, "model name").orElse("a processor"),
              value(first, "cpu family").orElse("?"),
              value(first, "model").orElse("?"));
    } catch (IOException noSuchFile) {
      return System.getProperty("os.arch");
    }
  }

  private static Optional<String> value(List<String> lines, String key) {
    return lines.stream()
        .map(line -> line.split(":", 2))
        .filter(parts -> parts.length == 2 && parts[0].strip().equals(key))
        .map(parts -> parts[1].strip())
        .findFirst();
  }
}
