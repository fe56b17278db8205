package org.sscspark.engine.lane;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * What the Vector API needs of the JVM to be more than slow: vectors of 16 bytes at least and the
 * compiler that keeps them in registers. Elsewhere they are wrong, too short, or objects.
 */
final class VectorGround {
  private static final String MODULE = "jdk.incubator.vector";
  private static final int LEAST_BYTES = 16;
  private static final int SERVER_LEVEL = 4;

  private VectorGround() {}

  /** What is missing and how to have it, as the rest of a sentence; empty if nothing is. */
  static Optional<String> missing() {
    String jvm = System.getProperty("java.vm.name");
    String mode = System.getProperty("java.vm.info", "");
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return Optional.of(
          "the module " + MODULE + " is missing; start Java with --add-modules=" + MODULE);
    }
    if (mode.contains("interpreted mode") || number("TieredStopAtLevel", SERVER_LEVEL) == 0) {
      return Optional.of("this JVM interprets only; start Java without -Xint");
    }
    if (mode.contains("emulated-client")
        || number("TieredStopAtLevel", SERVER_LEVEL) < SERVER_LEVEL) {
      return Optional.of(
          "this JVM has the client compiler alone; start Java without -XX:TieredStopAtLevel and"
              + " -XX:CompilationMode");
    }
    Optional<String> bytes = option("MaxVectorSize");
    if (bytes.isEmpty()) {
      return Optional.of(
          "%s has not the compiler of HotSpot, which is needed; use a Java 17 or 21 of OpenJDK"
              .formatted(jvm));
    }
    if (Integer.parseInt(bytes.get()) < LEAST_BYTES) {
      return Optional.of(
          "vectors of this JVM have %s bytes, of at least %s; start Java without -XX:MaxVectorSize"
              .formatted(bytes.get(), LEAST_BYTES));
    }
    return Optional.empty();
  }

  private static int number(String option, int otherwise) {
    return option(option).map(Integer::valueOf).orElse(otherwise);
  }

  /** The value of a JVM option, if this JVM has it. */
  static Optional<String> option(String name) {
    HotSpotDiagnosticMXBean hotSpot =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    try {
      return Optional.ofNullable(hotSpot).map(bean -> bean.getVMOption(name).getValue());
    } catch (IllegalArgumentException noSuchOption) {
      return Optional.empty();
    }
  }
}
