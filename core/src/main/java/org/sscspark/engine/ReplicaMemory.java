package org.sscspark.engine;

/**
 * What a replica takes at least, by the plan of its network, before there is one.
 *
 * @param heap bytes of the Java heap
 * @param outside bytes of this machine's memory outside of the heap
 * @param gpu bytes of a GPU's memory
 */
public record ReplicaMemory(long heap, long outside, long gpu) {
  /** What nothing takes. */
  public static final ReplicaMemory NONE = new ReplicaMemory(0, 0, 0);

  /** The same with the state of an optimizer, which a GPU keeps a copy of. */
  public ReplicaMemory withState(long bytes) {
    return new ReplicaMemory(heap + bytes, outside, gpu == 0 ? 0 : gpu + bytes);
  }
}
