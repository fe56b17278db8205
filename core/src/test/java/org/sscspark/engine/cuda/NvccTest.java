package org.sscspark.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CUDA's own compiler takes the kernels, where it is installed. */
class NvccTest {
  private static final List<String> ARCHITECTURES = List.of("80", "90", "100");

  @Test
  void compilesTheKernelsWithoutWarnings(@TempDir Path folder)
      throws IOException, InterruptedException {
    Files.writeString(folder.resolve("kernels.cu"), KernelImage.source());
    List<String> command =
        new ArrayList<>(
            List.of("nvcc", "-std=c++17", "-DV=4", "-Werror", "all-warnings", "-c", "kernels.cu"));
    for (String architecture : ARCHITECTURES) {
      command.add("-gencode=arch=compute_%s,code=sm_%s".formatted(architecture, architecture));
    }
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
    } catch (IOException e) {
      Assumptions.abort("No nvcc on this machine: the kernels are not compiled for GPUs");
      return;
    }
    boolean ended = process.waitFor(600, TimeUnit.SECONDS);
    assertThat(ended && process.exitValue() == 0)
        .as(Files.readString(folder.resolve("log")))
        .isTrue();
  }
}
