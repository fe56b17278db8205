package org.sscspark.engine.cuda;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.FloatByReference;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.Set;

/**
 * The functions of the CUDA driver that this engine calls, as the CUDA driver API reference defines
 * them. All but {@link #cuGetErrorString} return 0 or an error.
 */
interface CudaDriver extends Library {
  int SUCCESS = 0;
  int OUT_OF_MEMORY = 2;
  int NO_DEVICE = 100;

  /** Invalid image, no binary for this GPU, invalid PTX, unsupported version of PTX. */
  Set<Integer> UNSUITABLE_IMAGES = Set.of(200, 209, 218, 222);

  /** The attributes of {@link #cuDeviceGetAttribute} that are read. */
  int MULTIPROCESSORS = 16;

  int COMPUTE_CAPABILITY_MAJOR = 75;
  int COMPUTE_CAPABILITY_MINOR = 76;

  int cuInit(int flags);

  int cuDriverGetVersion(IntByReference version);

  int cuGetErrorString(int error, PointerByReference text);

  int cuDeviceGetCount(IntByReference count);

  int cuDeviceGet(IntByReference device, int ordinal);

  int cuDeviceGetName(byte[] name, int length, int device);

  int cuDeviceGetAttribute(IntByReference value, int attribute, int device);

  int cuDevicePrimaryCtxRetain(PointerByReference context, int device);

  int cuCtxSetCurrent(Pointer context);

  int cuModuleLoadData(PointerByReference module, byte[] image);

  int cuModuleGetFunction(PointerByReference function, Pointer module, String name);

  int cuMemGetInfo(LongByReference free, LongByReference total);

  int cuMemAlloc(LongByReference address, long bytes);

  int cuMemFree(long address);

  int cuMemHostAlloc(PointerByReference memory, long bytes, int flags);

  int cuMemFreeHost(Pointer memory);

  int cuMemsetD8Async(long address, byte value, long bytes, Pointer stream);

  int cuMemcpyHtoDAsync(long to, Pointer from, long bytes, Pointer stream);

  int cuMemcpyDtoHAsync(Pointer to, long from, long bytes, Pointer stream);

  int cuStreamCreate(PointerByReference stream, int flags);

  int cuStreamSynchronize(Pointer stream);

  int cuStreamDestroy(Pointer stream);

  int cuLaunchKernel(
      Pointer function,
      int gridX,
      int gridY,
      int gridZ,
      int blockX,
      int blockY,
      int blockZ,
      int sharedBytes,
      Pointer stream,
      Pointer arguments,
      Pointer extra);

  int cuEventCreate(PointerByReference event, int flags);

  int cuEventRecord(Pointer event, Pointer stream);

  int cuEventSynchronize(Pointer event);

  int cuEventElapsedTime(FloatByReference millis, Pointer start, Pointer end);

  int cuEventDestroy(Pointer event);

  int cuStreamBeginCapture(Pointer stream, int mode);

  int cuStreamEndCapture(Pointer stream, PointerByReference graph);

  int cuGraphInstantiateWithFlags(PointerByReference executable, Pointer graph, long flags);

  int cuGraphLaunch(Pointer executable, Pointer stream);

  int cuGraphDestroy(Pointer graph);

  int cuGraphExecDestroy(Pointer executable);
}
