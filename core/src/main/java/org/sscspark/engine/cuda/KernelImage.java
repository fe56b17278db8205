package org.sscspark.engine.cuda;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sscspark.config.BadInputException;

/** The engine's kernels, compiled for one kind of GPU. */
final class KernelImage {
  private static final List<String> SOURCES =
      List.of("common.cuh", "convolution.cu", "norm.cu", "plane.cu", "training.cu", "measure.cu");

  private static final String NOTHING = "extern \"C\" __global__ void nothing() {}\n";

  /** What NVRTC returns where its own functions, a library beside it, are not found. */
  private static final int NO_BUILTINS = 7;

  private KernelImage() {}

  /** The CUDA C++ source of all kernels, in one text. */
  static String source() {
    StringBuilder text = new StringBuilder();
    for (String name : SOURCES) {
      text.append("#line 1 \"").append(name).append("\"\n");
      try (InputStream in = KernelImage.class.getResourceAsStream(name)) {
        text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return text.toString();
  }

  /**
   * Compiles the kernels to machine code for a compute capability, 10 * major + minor, or, where
   * this NVRTC does not know it yet, to PTX for the newest it knows, which the driver translates.
   *
   * @param imagesPerThread 1, 2 or 4
   */
  static byte[] compile(CudaLibraries libraries, int capability, int imagesPerThread) {
    return compile(libraries, capability, source(), "--std=c++17", "-DV=" + imagesPerThread);
  }

  /** As {@link #compile} does, a kernel that does nothing. */
  static byte[] ofNothing(CudaLibraries libraries, int capability) {
    return compile(libraries, capability, NOTHING, "--std=c++17");
  }

  private static byte[] compile(
      CudaLibraries libraries, int capability, String source, String... more) {
    Nvrtc nvrtc = libraries.nvrtc();
    int[] known = libraries.architectures();
    boolean exact = Arrays.stream(known).anyMatch(architecture -> architecture == capability);
    int target =
        exact
            ? capability
            : Arrays.stream(known)
                .filter(architecture -> architecture < capability)
                .max()
                .orElseThrow(
                    () ->
                        new IllegalStateException(
                            "NVRTC compiles for %s and not for this GPU, %s"
                                .formatted(Arrays.toString(known), capability)));
    PointerByReference program = new PointerByReference();
    libraries.checkCompiler(
        "nvrtcCreateProgram",
        nvrtc.nvrtcCreateProgram(program, source, "sscspark.cu", 0, null, null));
    try {
      List<String> options = new ArrayList<>(List.of(more));
      options.add("--gpu-architecture=" + (exact ? "sm_" : "compute_") + target);
      int error =
          nvrtc.nvrtcCompileProgram(
              program.getValue(), options.size(), options.toArray(String[]::new));
      if (error == NO_BUILTINS) {
        throw new BadInputException(
            "NVRTC %s does not find the library libnvrtc-builtins.so.%s, which belongs beside it: add"
                    .formatted(libraries.compilerVersion(), libraries.compilerVersion())
                + " its folder to LD_LIBRARY_PATH, or install NVRTC anew; or choose engine=lane");
      }
      if (error != 0) {
        throw new IllegalStateException(
            "The kernels do not compile for " + target + ": " + log(libraries, program.getValue()));
      }
      return exact ? cubin(libraries, program.getValue()) : ptx(libraries, program.getValue());
    } finally {
      nvrtc.nvrtcDestroyProgram(program);
    }
  }

  private static String log(CudaLibraries libraries, Pointer program) {
    LongByReference bytes = new LongByReference();
    libraries.checkCompiler(
        "nvrtcGetProgramLogSize", libraries.nvrtc().nvrtcGetProgramLogSize(program, bytes));
    byte[] log = new byte[Math.toIntExact(bytes.getValue())];
    libraries.checkCompiler(
        "nvrtcGetProgramLog", libraries.nvrtc().nvrtcGetProgramLog(program, log));
    return new String(log, StandardCharsets.UTF_8);
  }

  private static byte[] cubin(CudaLibraries libraries, Pointer program) {
    LongByReference bytes = new LongByReference();
    libraries.checkCompiler(
        "nvrtcGetCUBINSize", libraries.nvrtc().nvrtcGetCUBINSize(program, bytes));
    byte[] image = new byte[Math.toIntExact(bytes.getValue())];
    libraries.checkCompiler("nvrtcGetCUBIN", libraries.nvrtc().nvrtcGetCUBIN(program, image));
    return image;
  }

  private static byte[] ptx(CudaLibraries libraries, Pointer program) {
    LongByReference bytes = new LongByReference();
    libraries.checkCompiler("nvrtcGetPTXSize", libraries.nvrtc().nvrtcGetPTXSize(program, bytes));
    byte[] image = new byte[Math.toIntExact(bytes.getValue())];
    libraries.checkCompiler("nvrtcGetPTX", libraries.nvrtc().nvrtcGetPTX(program, image));
    return image;
  }
}
