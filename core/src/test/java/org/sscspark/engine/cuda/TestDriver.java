package org.sscspark.engine.cuda;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.sscspark.config.BadInputException;

/**
 * The driver that tests run on: this machine's, where it has a GPU, or else one made with g++ that
 * runs kernels on the CPU. Where there is neither, tests are skipped. With {@code
 * -Dsscspark.test.cuda.required=true} it is this machine's, and tests fail where it has none.
 */
final class TestDriver {
  /** More flags for the compiler of kernels, such as {@code -fsanitize=undefined}. */
  private static final String KERNEL_FLAGS =
      System.getProperty("sscspark.test.cuda.kernel-flags", "");

  private static final boolean REQUIRED = Boolean.getBoolean("sscspark.test.cuda.required");

  private static Path fakeLibrary;
  private static CudaDevice device;
  private static CudaDevice fakeDevice;

  private TestDriver() {}

  /** The GPU, or the CPU in its place. */
  static synchronized CudaDevice device() {
    if (device == null) {
      device = REQUIRED ? requiredDevice() : presentDevice();
    }
    return device;
  }

  private static CudaDevice requiredDevice() {
    CudaDevice gpu = CudaDevice.open(CudaLibraries.load(), 0);
    System.err.printf("CUDA tests run on %s, %s%n", gpu.name(), gpu.arithmetic());
    return gpu;
  }

  private static CudaDevice presentDevice() {
    return realLibraries().map(real -> CudaDevice.open(real, 0)).orElseGet(TestDriver::fakeDevice);
  }

  /** The CPU in the place of a GPU. */
  static synchronized CudaDevice fakeDevice() {
    if (fakeDevice == null) {
      CudaLibraries libraries = CudaLibraries.load(List.of(fakePath()), List.of(fakePath()));
      fakeDevice = CudaDevice.open(libraries, 0);
    }
    return fakeDevice;
  }

  static boolean hasGpu() {
    return realLibraries().isPresent();
  }

  private static Optional<CudaLibraries> realLibraries() {
    try {
      return Optional.of(CudaLibraries.load());
    } catch (BadInputException noGpu) {
      return Optional.empty();
    }
  }

  /**
   * The path of the library made with g++, which holds driver and compiler. Where the machine's own
   * is required, tests that need this one are skipped.
   */
  static synchronized String fakePath() {
    Assumptions.assumeFalse(REQUIRED, "Tests the library made with g++, not this machine's GPU");
    if (fakeLibrary == null) {
      fakeLibrary = build();
    }
    return fakeLibrary.toString();
  }

  /** Changes how the library made with g++ behaves. */
  static void set(String setting, long value) {
    function("fake_set").invoke(new Object[] {setting, value});
  }

  /** Undoes what {@link #set} did, if anything was set. */
  static synchronized void heal() {
    if (fakeLibrary != null) {
      function("fake_heal").invoke(new Object[0]);
    }
  }

  /** The bytes that are allocated in the library made with g++. */
  static long used() {
    return function("fake_used").invokeLong(new Object[0]);
  }

  /** The queues, events and so on that the library made with g++ has given and not taken back. */
  static long held() {
    return function("fake_held").invokeLong(new Object[0]);
  }

  /** How often the library made with g++ has run a kernel. */
  static long launches(String kernel) {
    return function("fake_launches").invokeLong(new Object[] {kernel});
  }

  private static Function function(String name) {
    return NativeLibrary.getInstance(fakePath()).getFunction(name);
  }

  private static Path build() {
    try {
      Path folder = Files.createTempDirectory("ssc-spark-fake-driver");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      copy("shim.h", folder);
      copy("fake_driver.cpp", folder);
      compile(
          folder,
          "g++",
          "-std=c++17",
          "-O1",
          "-shared",
          "-fPIC",
          "-DFOLDER=\"" + folder + "\"",
          "-DKERNEL_FLAGS=\"" + KERNEL_FLAGS + "\"",
          "-o",
          "libfake.so",
          "fake_driver.cpp",
          "-ldl");
      return folder.resolve("libfake.so");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(String name, Path folder) throws IOException {
    try (InputStream in = TestDriver.class.getResourceAsStream(name)) {
      Files.copy(in, folder.resolve(name));
    }
  }

  /** Runs a compiler; the tests are skipped if there is none. */
  private static void compile(Path folder, String... command) throws IOException {
    Path log = Files.createTempFile(folder, "compiler", ".log");
    Process process = null;
    try {
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      Assumptions.abort("No " + command[0] + " on this machine: the CUDA engine is not tested");
      return;
    }
    try {
      if (!process.waitFor(300, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError(command[0] + " failed: " + Files.readString(log));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a compiler ran", e);
    }
  }
}
