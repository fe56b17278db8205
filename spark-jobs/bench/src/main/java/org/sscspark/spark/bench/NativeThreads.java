package org.sscspark.spark.bench;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Threads of native libraries: ND4J's own, and OpenMP's, which oneDNN uses. */
final class NativeThreads {
  private NativeThreads() {}

  /** Sets the number for what the calling thread calls from now on. */
  static void set(int threads) {
    if (Nd4j.getEnvironment().maxThreads() != threads) {
      Nd4j.getEnvironment().setMaxThreads(threads);
      Nd4j.getEnvironment().setMaxMasterThreads(threads);
      Nd4j.factory().blas().setMaxThreads(threads);
    }
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
  }
}
