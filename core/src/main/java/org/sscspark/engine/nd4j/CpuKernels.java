package org.sscspark.engine.nd4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Which kernels ND4J's libraries compute with. libnd4j is compiled for one instruction set; its
 * BLAS and oneDNN choose kernels of their own by the processor, so the processor names them.
 */
final class CpuKernels {
  /** By libnd4j's number of a level. */
  private static final List<String> LEVELS = List.of("x86-64", "AVX", "AVX2", "AVX-512");

  private static final Path LINUX = Path.of("/proc/cpuinfo");

  private CpuKernels() {}

  /** The kernels in words, such as {@code AVX2 kernels, others as for AVX-512 on ...}. */
  static String description() {
    NativeOps natives = NativeOpsHolder.getInstance().getDeviceNativeOps();
    return "%s kernels, others as for %s on %s"
        .formatted(level(natives.binaryLevel()), level(natives.optimalLevel()), processor());
  }

  private static String level(int number) {
    return number >= 0 && number < LEVELS.size() ? LEVELS.get(number) : "level " + number;
  }

  private static String processor() {
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
