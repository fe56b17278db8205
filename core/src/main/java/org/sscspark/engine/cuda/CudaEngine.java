package org.sscspark.engine.cuda;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.sscspark.engine.Engine;
import org.sscspark.engine.EngineDescription;
import org.sscspark.engine.FlatReplica;
import org.sscspark.engine.InferenceReplica;
import org.sscspark.engine.Replica;
import org.sscspark.engine.ReplicaMemory;
import org.sscspark.engine.ReplicaUse;
import org.sscspark.engine.plan.NetworkPlan;
import org.sscspark.network.NetworkSpec;

/**
 * The engine for NVIDIA GPUs. Results depend on shapes, and on what the compiler makes for the
 * GPU's compute capability, not on which GPU of it computes them.
 */
public final class CudaEngine implements Engine {
  /** The engine's name. */
  public static final String NAME = "cuda";

  /** By GPU: kernels are compiled once a process. */
  private static final Map<Integer, CudaEngine> OPEN = new ConcurrentHashMap<>();

  private final CudaDevice device;

  CudaEngine(CudaDevice device) {
    this.device = device;
  }

  /**
   * Opens a GPU of this machine.
   *
   * @param gpu among those that the process sees, from 0
   * @throws org.sscspark.config.BadInputException naming what is missing (the driver, NVRTC, the
   *     GPU) or does not fit together, and the remedy
   */
  public static CudaEngine open(int gpu) {
    return OPEN.computeIfAbsent(gpu, ordinal -> open(CudaLibraries.load(), ordinal));
  }

  /** Opens a GPU. Kernels are tried now: later it is too late to choose another engine. */
  static CudaEngine open(CudaLibraries libraries, int gpu) {
    CudaDevice device = CudaDevice.open(libraries, gpu);
    device.requireKernels();
    return new CudaEngine(device);
  }

  CudaDevice device() {
    return device;
  }

  @Override
  public EngineDescription description() {
    return new EngineDescription(
        NAME,
        CudaMinibatch.WARP,
        1,
        device.name() + ", " + device.arithmetic(),
        device.arithmetic());
  }

  /** What a replica of this engine takes: {@link ReplicaMemory}. */
  public static ReplicaMemory memory(ReplicaUse use) {
    NetworkPlan plan =
        use.trains() ? NetworkPlan.of(use.network()) : NetworkPlan.forInference(use.network());
    long vectors = FlatReplica.vectorBytes(use);
    long buffers = plan.exampleBytes() * new CudaMinibatch(use.capacity()).images();
    return new ReplicaMemory(vectors, 0, vectors + buffers);
  }

  @Override
  public Replica replica(NetworkSpec network, int capacity) {
    return new CudaReplica(network, NetworkPlan.of(network), capacity, device);
  }

  @Override
  public InferenceReplica inferenceReplica(NetworkSpec network, int capacity) {
    return new CudaReplica(network, NetworkPlan.forInference(network), capacity, device);
  }
}
