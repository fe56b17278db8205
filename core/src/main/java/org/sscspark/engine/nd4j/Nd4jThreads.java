package org.sscspark.engine.nd4j;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * How many threads ND4J's operators use. The setting is one of the process (and, inside OpenMP, of
 * the calling thread), so it is made anew before each use, and replicas that run at once in one
 * process must agree on it.
 */
record Nd4jThreads(int count) {
  Nd4jThreads {
    if (count < 1) {
      throw new IllegalArgumentException("Threads must be positive, was " + count);
    }
  }

  void apply() {
    if (Nd4j.getEnvironment().maxThreads() != count) {
      Nd4j.getEnvironment().setMaxThreads(count);
      Nd4j.getEnvironment().setMaxMasterThreads(count);
      Nd4j.factory().blas().setMaxThreads(count);
    }
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(count);
  }
}
