package org.sscspark.engine.cuda;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A queue of work on a GPU, and the memory that the work uses. Work runs in the order in which it
 * was queued; only {@link #download} and {@link #synchronize} wait. Not safe for use by several
 * threads at once.
 */
final class CudaStream implements AutoCloseable {
  private static final int NON_BLOCKING = 1;
  private static final int STAGING_BYTES = 1 << 22;

  private final CudaDevice device;
  private final Pointer module;
  private final Pointer stream;
  private final Map<String, Pointer> functions = new HashMap<>();
  private final ArgumentBlock arguments = new ArgumentBlock();
  private final List<DeviceMemory> memory = new ArrayList<>();

  /** Page-locked memory of this machine, through which everything goes to and from the GPU. */
  private final Pointer staging;

  /**
   * Makes a queue for kernels of so many images a thread.
   *
   * @throws org.sscspark.config.BadInputException if the GPU has no memory left
   */
  CudaStream(CudaDevice device, int imagesPerThread) {
    this.device = device;
    this.module = device.module(imagesPerThread);
    device.bind();
    PointerByReference made = new PointerByReference();
    device.check("cuStreamCreate", device.driver().cuStreamCreate(made, NON_BLOCKING));
    this.stream = made.getValue();
    device.check("cuMemHostAlloc", device.driver().cuMemHostAlloc(made, STAGING_BYTES, 0));
    this.staging = made.getValue();
  }

  CudaDevice device() {
    return device;
  }

  /** Takes memory that is zero and is given back when the queue is closed. */
  DeviceMemory allocate(long bytes) {
    device.bind();
    DeviceMemory taken = device.allocate(Math.max(bytes, Float.BYTES));
    memory.add(taken);
    device.check(
        "cuMemsetD8Async",
        device.driver().cuMemsetD8Async(taken.address(), (byte) 0, taken.bytes(), stream));
    return taken;
  }

  /** Takes memory for so many floats or ints. */
  DeviceMemory allocateWords(long count) {
    return allocate(Math.multiplyExact(count, Float.BYTES));
  }

  /** Takes memory and fills it. */
  DeviceMemory table(int... values) {
    DeviceMemory table = allocateWords(values.length);
    for (int done = 0; done < values.length; done += STAGING_BYTES / Integer.BYTES) {
      int count = Math.min(values.length - done, STAGING_BYTES / Integer.BYTES);
      staging.write(0, values, done, count);
      send(table.from(done), count);
    }
    return table;
  }

  /** Copies {@code length} floats to the GPU; the array may be changed at once. */
  void upload(float[] source, int offset, int length, DeviceMemory target) {
    device.bind();
    for (int done = 0; done < length; done += STAGING_BYTES / Float.BYTES) {
      int count = Math.min(length - done, STAGING_BYTES / Float.BYTES);
      staging.write(0, source, offset + done, count);
      send(target.from(done), count);
    }
  }

  private void send(DeviceMemory target, int words) {
    device.check(
        "cuMemcpyHtoDAsync",
        device
            .driver()
            .cuMemcpyHtoDAsync(target.address(), staging, (long) words * Float.BYTES, stream));
    synchronize();
  }

  /** Waits for all queued work and copies {@code length} floats from the GPU. */
  void download(DeviceMemory source, float[] target, int offset, int length) {
    device.bind();
    for (int done = 0; done < length; done += STAGING_BYTES / Float.BYTES) {
      int count = Math.min(length - done, STAGING_BYTES / Float.BYTES);
      device.check(
          "cuMemcpyDtoHAsync",
          device
              .driver()
              .cuMemcpyDtoHAsync(
                  staging, source.from(done).address(), (long) count * Float.BYTES, stream));
      synchronize();
      staging.read(0, target, offset + done, count);
    }
  }

  /** Queues a kernel, whose arguments are as {@link ArgumentBlock#of} takes them. */
  void launch(String kernel, Grid grid, Object... values) {
    device.check(
        kernel,
        device
            .driver()
            .cuLaunchKernel(
                functions.computeIfAbsent(kernel, this::function),
                grid.x(),
                grid.y(),
                grid.z(),
                grid.columns(),
                grid.rows(),
                1,
                0,
                stream,
                arguments.of(values),
                null));
  }

  private Pointer function(String kernel) {
    PointerByReference function = new PointerByReference();
    device.check(
        "cuModuleGetFunction of " + kernel,
        device.driver().cuModuleGetFunction(function, module, kernel));
    return function.getValue();
  }

  /** Waits for all queued work. */
  void synchronize() {
    device.check("cuStreamSynchronize", device.driver().cuStreamSynchronize(stream));
  }

  @Override
  public void close() {
    device.bind();
    synchronize();
    memory.forEach(device::release);
    memory.clear();
    device.check("cuMemFreeHost", device.driver().cuMemFreeHost(staging));
    device.check("cuStreamDestroy", device.driver().cuStreamDestroy(stream));
  }
}
