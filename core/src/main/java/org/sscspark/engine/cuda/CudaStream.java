package org.sscspark.engine.cuda;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.FloatByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A queue of work on a GPU, and the memory that the work uses. Work runs in the order in which it
 * was queued; only {@link #download} and {@link #synchronize} wait. Not safe for use by several
 * threads at once.
 */
final class CudaStream implements AutoCloseable {
  /** Switches graphs off where it is false: to measure what they bring. */
  private static final boolean GRAPHS = !"false".equals(System.getProperty("sscspark.cuda.graphs"));

  private static final int NON_BLOCKING = 1;

  /** The capture mode in which other threads may use the driver meanwhile. */
  private static final int OF_THIS_THREAD = 1;

  private static final int SLOTS = 16;
  private static final int SLOT_BYTES = 1 << 20;

  private final CudaDevice device;
  private final Pointer module;
  private final Pointer stream;
  private final Map<String, Pointer> functions = new HashMap<>();
  private final ArgumentBlock arguments = new ArgumentBlock();

  /** What gives back all that was taken, the newest first. */
  private final Deque<Runnable> releases = new ArrayDeque<>();

  private final Set<Object> used = new HashSet<>();
  private final Map<Object, Pointer> graphs = new HashMap<>();

  /**
   * Page-locked memory of this machine, through which everything goes to and from the GPU, in slots
   * taken in turn; so uploads wait only for the upload before the last few.
   */
  private final Pointer staging;

  /** For each slot, when its last upload was done. */
  private final Pointer[] sent = new Pointer[SLOTS];

  private int slot;

  /**
   * Makes a queue for kernels of so many images a thread.
   *
   * @throws org.sscspark.config.BadInputException if the GPU has no memory left
   */
  CudaStream(CudaDevice device, int imagesPerThread) {
    this.device = device;
    this.module = device.module(imagesPerThread);
    device.bind();
    try {
      this.stream = newStream();
      this.staging = newStaging();
      for (int i = 0; i < SLOTS; i++) {
        sent[i] = newEvent();
      }
    } catch (Throwable unmade) {
      giveBack().forEach(unmade::addSuppressed);
      throw unmade;
    }
  }

  private Pointer newStream() {
    CudaDriver driver = device.driver();
    PointerByReference made = new PointerByReference();
    device.check("cuStreamCreate", driver.cuStreamCreate(made, NON_BLOCKING));
    Pointer queue = made.getValue();
    releases.push(() -> device.check("cuStreamDestroy", driver.cuStreamDestroy(queue)));
    return queue;
  }

  private Pointer newStaging() {
    CudaDriver driver = device.driver();
    PointerByReference made = new PointerByReference();
    device.check("cuMemHostAlloc", driver.cuMemHostAlloc(made, (long) SLOTS * SLOT_BYTES, 0));
    Pointer slots = made.getValue();
    releases.push(() -> device.check("cuMemFreeHost", driver.cuMemFreeHost(slots)));
    return slots;
  }

  CudaDevice device() {
    return device;
  }

  /** Takes memory that is zero and is given back when the queue is closed. */
  DeviceMemory allocate(long bytes) {
    bind();
    DeviceMemory taken = device.allocate(Math.max(bytes, Float.BYTES));
    releases.push(() -> device.release(taken));
    device.check(
        "cuMemsetD8Async",
        device.driver().cuMemsetD8Async(taken.address(), (byte) 0, taken.bytes(), stream));
    return taken;
  }

  /**
   * Takes memory as {@link #allocate} does, if that is at most half of what is free: the rest is
   * for whatever else computes on this GPU.
   */
  Optional<DeviceMemory> allocateSpare(long bytes) {
    bind();
    // Two replicas that looked at once would both take the same half.
    synchronized (device) {
      return bytes <= device.freeBytes() / 2 ? Optional.of(allocate(bytes)) : Optional.empty();
    }
  }

  /** Takes memory for so many floats or ints. */
  DeviceMemory allocateWords(long count) {
    return allocate(Math.multiplyExact(count, Float.BYTES));
  }

  /** Takes memory and fills it. */
  DeviceMemory table(int... values) {
    DeviceMemory table = allocateWords(values.length);
    upload(values, values.length, table);
    return table;
  }

  /** Queues a copy of the first {@code length} ints; the array may be changed at once. */
  void upload(int[] source, int length, DeviceMemory target) {
    upload(
        length, Integer.BYTES, target, (place, from, count) -> place.write(0, source, from, count));
  }

  /** Queues a copy of the first {@code length} floats; the array may be changed at once. */
  void upload(float[] source, int length, DeviceMemory target) {
    upload(
        length, Float.BYTES, target, (place, from, count) -> place.write(0, source, from, count));
  }

  /** Queues a copy of the first {@code length} bytes; the array may be changed at once. */
  void upload(byte[] source, int length, DeviceMemory target) {
    upload(length, 1, target, (place, from, count) -> place.write(0, source, from, count));
  }

  private interface Part {
    void write(Pointer place, int from, int count);
  }

  private void upload(int length, int bytesOfElement, DeviceMemory target, Part part) {
    long bytes = (long) length * bytesOfElement;
    if (bytes > target.bytes()) {
      throw new IndexOutOfBoundsException(
          "Memory of " + target.bytes() + " bytes has no room for " + bytes);
    }
    bind();
    int most = SLOT_BYTES / bytesOfElement;
    int count;
    for (int done = 0; done < length; done += count) {
      count = Math.min(length - done, most);
      slot = (slot + 1) % SLOTS;
      device.check("cuEventSynchronize", device.driver().cuEventSynchronize(sent[slot]));
      Pointer place = staging.share((long) slot * SLOT_BYTES);
      part.write(place, done, count);
      device.check(
          "cuMemcpyHtoDAsync",
          device
              .driver()
              .cuMemcpyHtoDAsync(
                  target.fromByte((long) done * bytesOfElement).address(),
                  place,
                  (long) count * bytesOfElement,
                  stream));
      record(sent[slot]);
    }
  }

  /** Waits for all queued work and copies {@code length} floats from the GPU. */
  void download(DeviceMemory source, float[] target, int offset, int length) {
    bind();
    synchronize();
    int most = SLOT_BYTES / Float.BYTES;
    int count;
    for (int done = 0; done < length; done += count) {
      count = Math.min(length - done, most);
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

  /** Makes the GPU the calling thread's: before anything else that a new caller does. */
  void bind() {
    device.bind();
  }

  /** A mark in the queue, to be given to {@link #record}. */
  Pointer newEvent() {
    CudaDriver driver = device.driver();
    PointerByReference made = new PointerByReference();
    device.check("cuEventCreate", driver.cuEventCreate(made, 0));
    Pointer event = made.getValue();
    releases.push(() -> device.check("cuEventDestroy", driver.cuEventDestroy(event)));
    return event;
  }

  /** Marks the end of what is queued so far. */
  void record(Pointer event) {
    device.check("cuEventRecord", device.driver().cuEventRecord(event, stream));
  }

  /** The time between two marks that the GPU has passed. */
  double seconds(Pointer start, Pointer end) {
    FloatByReference millis = new FloatByReference();
    device.check("cuEventElapsedTime", device.driver().cuEventElapsedTime(millis, start, end));
    return millis.getValue() / 1e3;
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

  /**
   * Queues the kernels that {@code work} launches. The second call with a key records them as a
   * graph, which costs one call from then on; so equal keys must stand for equal launches. The
   * first launches them one by one, because the driver may load a kernel when it is first used, and
   * must not while it records.
   */
  void replay(Object key, Runnable work) {
    if (!GRAPHS || used.add(key)) {
      work.run();
      return;
    }
    Pointer graph = graphs.computeIfAbsent(key, unused -> capture(work));
    device.check("cuGraphLaunch", device.driver().cuGraphLaunch(graph, stream));
  }

  private Pointer capture(Runnable work) {
    CudaDriver driver = device.driver();
    Pointer graph = recorded(work);
    PointerByReference made = new PointerByReference();
    int error = driver.cuGraphInstantiateWithFlags(made, graph, 0);
    int left = driver.cuGraphDestroy(graph);
    device.check("cuGraphInstantiateWithFlags", error);
    Pointer executable = made.getValue();
    releases.push(() -> device.check("cuGraphExecDestroy", driver.cuGraphExecDestroy(executable)));
    device.check("cuGraphDestroy", left);
    return executable;
  }

  /** A graph of what is launched, which runs nothing. */
  private Pointer recorded(Runnable work) {
    CudaDriver driver = device.driver();
    PointerByReference graph = new PointerByReference();
    device.check("cuStreamBeginCapture", driver.cuStreamBeginCapture(stream, OF_THIS_THREAD));
    try {
      work.run();
    } catch (Throwable unrecorded) {
      // The queue can do nothing else, nor be emptied, until it has stopped recording.
      if (driver.cuStreamEndCapture(stream, graph) == CudaDriver.SUCCESS) {
        driver.cuGraphDestroy(graph.getValue());
      }
      throw unrecorded;
    }
    device.check("cuStreamEndCapture", driver.cuStreamEndCapture(stream, graph));
    return graph.getValue();
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

  /** Gives back all that was taken, and tells of what failed on the way. */
  private List<RuntimeException> giveBack() {
    List<RuntimeException> failures = new ArrayList<>();
    for (Runnable release : releases) {
      try {
        release.run();
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
    releases.clear();
    return failures;
  }

  /**
   * Waits for all queued work and gives everything back, whatever fails; the first of it counts.
   */
  @Override
  public void close() {
    releases.push(this::synchronize);
    releases.push(this::bind);
    graphs.clear();
    List<RuntimeException> failures = giveBack();
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
  }
}
