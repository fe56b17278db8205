package org.sscspark.spark.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Kernels one after another, such as a depthwise and a pointwise convolution. */
record KernelSequence(List<Kernel> kernels) implements Kernel {
  KernelSequence {
    kernels = List.copyOf(kernels);
  }

  @Override
  public Map<Pass, Runnable> passes() {
    Map<Pass, Runnable> passes = new LinkedHashMap<>();
    for (Pass pass : kernels.get(0).passes().keySet()) {
      List<Runnable> parts = kernels.stream().map(kernel -> kernel.passes().get(pass)).toList();
      passes.put(pass, () -> parts.forEach(Runnable::run));
    }
    return passes;
  }

  @Override
  public int weights() {
    return kernels.stream().mapToInt(Kernel::weights).sum();
  }

  @Override
  public long multiplyAdds() {
    return kernels.stream().mapToLong(Kernel::multiplyAdds).sum();
  }

  @Override
  public void close() {
    kernels.forEach(Kernel::close);
  }
}
