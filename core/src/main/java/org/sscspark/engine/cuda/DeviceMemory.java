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
    return fromByte(index * Float.BYTES);
  }

  /** The rest of this memory, from its byte of this index on. */
  DeviceMemory fromByte(long index) {
    if (index < 0 || index > bytes) {
      throw new IndexOutOfBoundsException("Byte " + index + " of " + bytes);
    }
    return new DeviceMemory(address + index, bytes - index);
  }
}
