package org.sscspark.engine.nd4j;

import java.util.List;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.sscspark.engine.Processor;

/**
 * Which kernels ND4J's libraries compute with. libnd4j is compiled for one instruction set; its
 * BLAS and oneDNN choose kernels of their own by the processor, so the processor names them.
 */
final class CpuKernels {
  /** By libnd4j's number of a level. */
  private static final List<String> LEVELS = List.of("x86-64", "AVX", "AVX2", "AVX-512");

  private CpuKernels() {}

  /** The kernels in words, such as {@code AVX2 kernels, others as for AVX-512 on ...}. */
  static String description() {
    NativeOps natives = NativeOpsHolder.getInstance().getDeviceNativeOps();
    return "%s kernels, others as for %s on %s"
        .formatted(
            level(natives.binaryLevel()), level(natives.optimalLevel()), Processor.description());
  }

  private static String level(int number) {
    return number >= 0 && number < LEVELS.size() ? LEVELS.get(number) : "level " + number;
  }
}
