package org.sscspark.engine.cuda;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.HashMap;
import java.util.Map;
import org.sscspark.config.BadInputException;

/**
 * A GPU of this process, with its compiled kernels. Everything of a process shares the GPU's
 * primary context. Safe for use by several threads.
 */
final class CudaDevice {
  private static final int OLDEST_CAPABILITY = 70;
  private static final int NAME_LENGTH = 256;

  private final CudaLibraries libraries;
  private final String name;
  private final int capability;
  private final int multiprocessors;
  private final Pointer context;

  /** By images a thread. Guarded by this. */
  private final Map<Integer, Pointer> modules = new HashMap<>();

  private CudaDevice(CudaLibraries libraries, int device) {
    CudaDriver driver = libraries.driver();
    byte[] text = new byte[NAME_LENGTH];
    CudaLibraries.check(
        driver, "cuDeviceGetName", driver.cuDeviceGetName(text, text.length, device));
    this.name = Native.toString(text);
    this.capability =
        10 * attribute(driver, CudaDriver.COMPUTE_CAPABILITY_MAJOR, device)
            + attribute(driver, CudaDriver.COMPUTE_CAPABILITY_MINOR, device);
    this.multiprocessors = attribute(driver, CudaDriver.MULTIPROCESSORS, device);
    if (capability < OLDEST_CAPABILITY) {
      throw new BadInputException(
          "The GPU %s has compute capability %s, and 7.0 is needed; choose engine=lane"
              .formatted(name, capability / 10.0));
    }
    this.libraries = libraries.compilingFor(capability);
    PointerByReference made = new PointerByReference();
    int error = driver.cuDevicePrimaryCtxRetain(made, device);
    if (error == CudaDriver.OUT_OF_MEMORY) {
      throw new BadInputException(
          "The GPU %s has no memory left to start on: see nvidia-smi for who uses it"
              .formatted(name));
    }
    check("cuDevicePrimaryCtxRetain", error);
    this.context = made.getValue();
  }

  /**
   * Opens a GPU.
   *
   * @param ordinal among those that the process sees
   * @throws BadInputException if there is no such GPU, or it is too old for the engine or for every
   *     compiler
   */
  static CudaDevice open(CudaLibraries libraries, int ordinal) {
    CudaDriver driver = libraries.driver();
    IntByReference count = new IntByReference();
    CudaLibraries.check(driver, "cuDeviceGetCount", driver.cuDeviceGetCount(count));
    if (ordinal < 0 || ordinal >= count.getValue()) {
      throw new BadInputException(
          "There is no GPU %s: this process sees %s, counted from 0; check CUDA_VISIBLE_DEVICES"
              .formatted(ordinal, count.getValue()));
    }
    IntByReference device = new IntByReference();
    CudaLibraries.check(driver, "cuDeviceGet", driver.cuDeviceGet(device, ordinal));
    return new CudaDevice(libraries, device.getValue());
  }

  private static int attribute(CudaDriver driver, int attribute, int device) {
    IntByReference value = new IntByReference();
    CudaLibraries.check(
        driver, "cuDeviceGetAttribute", driver.cuDeviceGetAttribute(value, attribute, device));
    return value.getValue();
  }

  String name() {
    return name;
  }

  /** The compute capability as NVIDIA writes it, such as 9.0. */
  String capability() {
    return capability / 10 + "." + capability % 10;
  }

  /** For what, and with which compiler, the kernels are compiled. */
  String arithmetic() {
    return "compute capability %s, NVRTC %s".formatted(capability(), libraries.compilerVersion());
  }

  int multiprocessors() {
    return multiprocessors;
  }

  CudaDriver driver() {
    return libraries.driver();
  }

  /** Makes this GPU the calling thread's: every use of the driver needs that. */
  void bind() {
    check("cuCtxSetCurrent", libraries.driver().cuCtxSetCurrent(context));
  }

  /**
   * Compiles and loads a kernel that does nothing, in a fraction of the time that those of networks
   * take.
   *
   * @throws BadInputException if kernels cannot be compiled here, or the driver does not take them
   */
  void requireKernels() {
    load(KernelImage.ofNothing(libraries, capability));
  }

  /** The compiled kernels; the first call compiles, for some seconds. */
  synchronized Pointer module(int imagesPerThread) {
    return modules.computeIfAbsent(
        imagesPerThread, images -> load(KernelImage.compile(libraries, capability, images)));
  }

  private Pointer load(byte[] image) {
    bind();
    PointerByReference module = new PointerByReference();
    int error = driver().cuModuleLoadData(module, image);
    if (CudaDriver.UNSUITABLE_IMAGES.contains(error)) {
      throw new BadInputException(
          "The NVIDIA driver does not take what NVRTC %s made for the GPU %s: %s; install an NVRTC"
                  .formatted(
                      libraries.compilerMajor(), name, CudaLibraries.errorText(driver(), error))
              + " of the driver's own CUDA version, or a newer driver; or choose engine=lane");
    }
    check("cuModuleLoadData", error);
    return module.getValue();
  }

  /**
   * Takes memory.
   *
   * @throws BadInputException if the GPU has too little left
   */
  DeviceMemory allocate(long bytes) {
    LongByReference address = new LongByReference();
    check("cuMemAlloc of %s MiB".formatted(bytes >> 20), driver().cuMemAlloc(address, bytes));
    return new DeviceMemory(address.getValue(), bytes);
  }

  /** Many functions take memory: kernels, graphs and queues need some too. */
  private BadInputException outOfMemory(String function) {
    LongByReference free = new LongByReference();
    LongByReference total = new LongByReference();
    int error = driver().cuMemGetInfo(free, total);
    String left =
        error == CudaDriver.SUCCESS
            ? "%s of %s MiB free".formatted(free.getValue() >> 20, total.getValue() >> 20)
            : "nobody knows how much is free";
    return new BadInputException(
        "The GPU %s is out of memory: %s failed with %s; lower train.batch or run fewer tasks on a GPU"
            .formatted(name, function, left));
  }

  /** The memory that nobody has taken. */
  long freeBytes() {
    bind();
    LongByReference free = new LongByReference();
    check("cuMemGetInfo", libraries.driver().cuMemGetInfo(free, new LongByReference()));
    return free.getValue();
  }

  void release(DeviceMemory memory) {
    check("cuMemFree", libraries.driver().cuMemFree(memory.address()));
  }

  /**
   * Checks what a function of the driver returned.
   *
   * @throws BadInputException if the GPU's memory is used up
   * @throws IllegalStateException if anything else went wrong, in the driver's words
   */
  void check(String function, int error) {
    if (error == CudaDriver.OUT_OF_MEMORY) {
      throw outOfMemory(function);
    }
    CudaLibraries.check(libraries.driver(), function, error);
  }
}
