package org.sscspark.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;

/** CUDA's run-time compiler takes the kernels, where it is installed; it needs no GPU for that. */
class NvrtcTest {
  @ParameterizedTest
  @ValueSource(ints = {80, 90, 100})
  void makesMachineCode(int capability) {
    CudaLibraries libraries;
    try {
      libraries = CudaLibraries.load(List.of(TestDriver.fakePath()), CudaLibraries.COMPILERS);
    } catch (BadInputException e) {
      Assumptions.abort("No NVRTC on this machine: it does not compile the kernels");
      return;
    }
    for (int imagesPerThread : List.of(1, 2, 4)) {
      assertThat(KernelImage.compile(libraries, capability, imagesPerThread))
          .startsWith(0x7F, 'E', 'L', 'F');
    }
  }
}
