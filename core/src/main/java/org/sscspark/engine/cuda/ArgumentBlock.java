package org.sscspark.engine.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** The arguments of a kernel as the driver takes them: an array of pointers to values. */
final class ArgumentBlock {
  private static final int MOST = 32;
  private static final int SLOT = 32;

  private final Memory values = new Memory((long) MOST * SLOT);
  private final Memory pointers = new Memory((long) MOST * Native.POINTER_SIZE);

  ArgumentBlock() {
    for (int i = 0; i < MOST; i++) {
      pointers.setPointer((long) i * Native.POINTER_SIZE, values.share((long) i * SLOT));
    }
  }

  /**
   * Writes the arguments of one launch, which the driver copies before it returns.
   *
   * @param arguments of type DeviceMemory (a pointer), Integer, Long, Float, or int[] (a structure
   *     of ints)
   */
  Pointer of(Object... arguments) {
    for (int i = 0; i < arguments.length; i++) {
      long at = (long) i * SLOT;
      if (arguments[i] instanceof DeviceMemory memory) {
        values.setLong(at, memory.address());
      } else if (arguments[i] instanceof Integer number) {
        values.setInt(at, number);
      } else if (arguments[i] instanceof Long number) {
        values.setLong(at, number);
      } else if (arguments[i] instanceof Float number) {
        values.setFloat(at, number);
      } else if (arguments[i] instanceof int[] structure) {
        values.write(at, structure, 0, structure.length);
      } else {
        throw new IllegalArgumentException("A kernel cannot take " + arguments[i]);
      }
    }
    return pointers;
  }
}
