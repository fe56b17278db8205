package org.sscspark.engine.cuda;

import com.sun.jna.FunctionMapper;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.sscspark.config.BadInputException;

/**
 * The driver and the compiler of this machine. They are looked for where the system's loader looks,
 * so {@code LD_LIBRARY_PATH} counts, and then where CUDA's toolkit is usually installed. The
 * folders of pip's packages are neither.
 *
 * @param compilers whose machine code the driver knows, at least one; the first is used
 */
record CudaLibraries(CudaDriver driver, List<Nvrtc> compilers) {
  private static final String TOOLKIT = "/usr/local/cuda/lib64/";
  private static final List<String> DRIVERS = List.of("libcuda.so.1", "libcuda.so");
  static final List<String> COMPILERS =
      List.of(
          "libnvrtc.so",
          "libnvrtc.so.13",
          "libnvrtc.so.12",
          TOOLKIT + "libnvrtc.so",
          TOOLKIT + "libnvrtc.so.13",
          TOOLKIT + "libnvrtc.so.12");

  /** The first driver version, 1000 * major + 10 * minor, that runs what is compiled here. */
  private static final int OLDEST_DRIVER = 12000;

  /** Functions whose present form has another name in the library than in the reference. */
  private static final Set<String> SECOND_VERSIONS =
      Set.of(
          "cuMemGetInfo",
          "cuMemAlloc",
          "cuMemFree",
          "cuMemcpyHtoDAsync",
          "cuMemcpyDtoHAsync",
          "cuStreamDestroy",
          "cuEventDestroy",
          "cuStreamBeginCapture");

  /** Finds both. */
  static CudaLibraries load() {
    return load(DRIVERS, COMPILERS);
  }

  /**
   * Finds both by names or paths: the first driver that loads, and the compilers that do.
   *
   * @throws BadInputException naming what is missing or too old, and what to do
   */
  static CudaLibraries load(List<String> drivers, List<String> compilers) {
    List<CudaDriver> found = all(CudaDriver.class, drivers);
    if (found.isEmpty()) {
      throw new BadInputException(
          "No NVIDIA driver found (%s): install one, and in a container start it with the GPU, as"
                  .formatted(String.join(", ", drivers))
              + " docker's --gpus does; or choose engine=lane");
    }
    CudaDriver driver = found.get(0);
    int newest = driverMajor(driver);
    List<Nvrtc> known =
        all(Nvrtc.class, compilers).stream().filter(nvrtc -> major(nvrtc) <= newest).toList();
    if (known.isEmpty()) {
      throw new BadInputException(
          "NVRTC, CUDA's run-time compiler, not found (%s) in a version up to %s, which the driver"
                  .formatted(String.join(", ", compilers), newest)
              + " knows: install it from the CUDA toolkit (cuda-nvrtc-%s-x) or by pip (%s) and add"
                  .formatted(newest, pipPackage(newest))
              + " its folder to LD_LIBRARY_PATH; or choose engine=lane");
    }
    return new CudaLibraries(driver, known);
  }

  /** What pip calls NVRTC. */
  private static String pipPackage(int major) {
    return major < 13 ? "nvidia-cuda-nvrtc-cu" + major : "nvidia-cuda-nvrtc";
  }

  /** All that load. */
  private static <L extends Library> List<L> all(Class<L> type, List<String> names) {
    FunctionMapper mapper =
        (library, method) ->
            SECOND_VERSIONS.contains(method.getName())
                ? method.getName() + "_v2"
                : method.getName();
    Map<String, Object> options = Map.of(Library.OPTION_FUNCTION_MAPPER, mapper);
    List<L> libraries = new ArrayList<>();
    for (String name : names) {
      try {
        libraries.add(Native.load(name, type, options));
      } catch (UnsatisfiedLinkError notThere) {
        // The next name may be there; if none is, a message names all.
        continue;
      }
    }
    return libraries;
  }

  /**
   * The same with the compilers alone that compile for a GPU: each version leaves some old ones
   * behind.
   *
   * @param capability the GPU's, 10 * major + minor
   * @throws BadInputException if none does
   */
  CudaLibraries compilingFor(int capability) {
    List<Nvrtc> suitable =
        compilers.stream()
            .filter(
                nvrtc -> Arrays.stream(architectures(nvrtc)).anyMatch(each -> each <= capability))
            .toList();
    if (suitable.isEmpty()) {
      throw new BadInputException(
          "NVRTC %s does not compile for compute capability %s any more: install NVRTC 12 beside it"
                  .formatted(compilerVersion(), versionText(100 * capability))
              + " (cuda-nvrtc-12-8, or by pip %s) and add its folder to LD_LIBRARY_PATH; or choose"
                  .formatted(pipPackage(12))
              + " engine=lane");
    }
    return new CudaLibraries(driver, suitable);
  }

  /** The compiler. */
  Nvrtc nvrtc() {
    return compilers.get(0);
  }

  /** What the compiler makes machine code for, as compute capabilities, 10 * major + minor. */
  int[] architectures() {
    return architectures(nvrtc());
  }

  private static int[] architectures(Nvrtc nvrtc) {
    IntByReference count = new IntByReference();
    checkCompiler(nvrtc, "nvrtcGetNumSupportedArchs", nvrtc.nvrtcGetNumSupportedArchs(count));
    int[] known = new int[count.getValue()];
    checkCompiler(nvrtc, "nvrtcGetSupportedArchs", nvrtc.nvrtcGetSupportedArchs(known));
    return known;
  }

  private static int major(Nvrtc nvrtc) {
    IntByReference major = new IntByReference();
    checkCompiler(nvrtc, "nvrtcVersion", nvrtc.nvrtcVersion(major, new IntByReference()));
    return major.getValue();
  }

  /** The version of the compiler, such as 12.4. */
  String compilerVersion() {
    IntByReference major = new IntByReference();
    IntByReference minor = new IntByReference();
    checkCompiler("nvrtcVersion", nvrtc().nvrtcVersion(major, minor));
    return major.getValue() + "." + minor.getValue();
  }

  /** The major version of the compiler. */
  int compilerMajor() {
    return major(nvrtc());
  }

  /** Starts the driver and returns the major version of the newest CUDA that it knows. */
  private static int driverMajor(CudaDriver driver) {
    int error = driver.cuInit(0);
    if (error == CudaDriver.NO_DEVICE) {
      throw new BadInputException(
          "The NVIDIA driver sees no GPU here: check nvidia-smi and CUDA_VISIBLE_DEVICES, and that"
              + " this process was given one; or choose engine=lane");
    }
    if (error != CudaDriver.SUCCESS) {
      throw new BadInputException(
          "The NVIDIA driver does not start: %s; check nvidia-smi, or choose engine=lane"
              .formatted(errorText(driver, error)));
    }
    IntByReference version = new IntByReference();
    check(driver, "cuDriverGetVersion", driver.cuDriverGetVersion(version));
    if (version.getValue() < OLDEST_DRIVER) {
      throw new BadInputException(
          "The NVIDIA driver is too old: it knows CUDA %s, and %s is needed; install driver 525 or"
                  .formatted(versionText(version.getValue()), versionText(OLDEST_DRIVER))
              + " newer, or choose engine=lane");
    }
    return version.getValue() / 1000;
  }

  private static String versionText(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }

  /**
   * Checks what a function of the driver returned.
   *
   * @throws IllegalStateException naming the function and the driver's words
   */
  static void check(CudaDriver driver, String function, int error) {
    if (error != CudaDriver.SUCCESS) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "%s failed: %s", function, errorText(driver, error)));
    }
  }

  static String errorText(CudaDriver driver, int error) {
    PointerByReference text = new PointerByReference();
    return driver.cuGetErrorString(error, text) == CudaDriver.SUCCESS && text.getValue() != null
        ? text.getValue().getString(0) + " (" + error + ")"
        : "error " + error;
  }

  /** Checks what a function of the compiler returned, as {@link #check} does. */
  void checkCompiler(String function, int error) {
    checkCompiler(nvrtc(), function, error);
  }

  private static void checkCompiler(Nvrtc nvrtc, String function, int error) {
    if (error != 0) {
      throw new IllegalStateException(
          function + " failed: " + nvrtc.nvrtcGetErrorString(error) + " (" + error + ")");
    }
  }
}
