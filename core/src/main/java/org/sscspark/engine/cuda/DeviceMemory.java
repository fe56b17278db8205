package org.sscspark.engine.cuda;

/**
 * Memory of a GPU.
 *
 * @param address where it starts; 0 for none, a kernel's null pointer
 * @param bytes how much of it there is
 */
record DeviceMemory(long address, long bytes) {
  /** A kernel's null pointer. */
  static final DeviceMemory NONE = new DeviceMemory(0, 0);

  /** The rest of this memory, from its float or int of this index on. */
  DeviceMemory from(long index) {
    long skipped = index * Float.BYTES;
    if (index < 0 || skipped > bytes) {
      throw new IndexOutOfBoundsException("Index " + index + " of " + bytes + " bytes");
    }
    return new DeviceMemory(address + skipped, bytes - skipped);
  }
}
