package org.sscspark.libtorch;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/** Little-endian floats of a file, taken in order: the images, then a network's parameters. */
final class Values {
  private final FloatBuffer floats;

  Values(Path file) throws IOException {
    floats =
        ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  /**
   * The next ones, as a tensor.
   *
   * @param format of a tensor of images or filters
   * @throws BufferUnderflowException if there are not as many left
   */
  Tensor take(MemoryFormat format, long... shape) {
    long count = 1;
    for (long side : shape) {
      count *= side;
    }
    float[] next = new float[Math.toIntExact(count)];
    floats.get(next);
    Tensor tensor = torch.tensor(next).reshape(shape);
    return shape.length == 4 ? tensor.contiguous(format) : tensor;
  }
}
