package org.sscspark.spark.dataset;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import org.apache.spark.sql.Row;

/**
 * Spark's struct of a decoded image, as a BMP file of the same pixels, so that it is treated as
 * image files are. Both have rows of blue, green and red; those of a BMP are filled up to words.
 */
final class ImageStruct {
  private static final int HEADER_BYTES = 54;
  private static final int INFO_BYTES = 40;
  private static final short BITS = 24;

  private ImageStruct() {}

  static TableRow read(Row image, long maxBytes) {
    int height = image.getAs("height");
    int width = image.getAs("width");
    int channels = image.getAs("nChannels");
    byte[] data = image.getAs("data");
    if (height < 1 || width < 1 || data == null) {
      return TableRow.unusable("Spark could not decode it");
    }
    // Grey, BGR and BGRA bytes; other modes of OpenCV have wider samples.
    int mode = image.getAs("mode");
    if (mode != 8 * (channels - 1) || (channels != 1 && channels != 3 && channels != 4)) {
      return TableRow.unusable(
          "it is of mode %s with %s channels; 1, 3 or 4 channels of bytes are read"
              .formatted(mode, channels));
    }
    if ((long) height * width * channels != data.length) {
      return TableRow.unusable(
          String.format(
              Locale.ROOT,
              "it has %,d bytes of pixels, not %dx%dx%d",
              data.length,
              height,
              width,
              channels));
    }
    long rowBytes = (3L * width + 3) / 4 * 4;
    if (HEADER_BYTES + rowBytes * height > maxBytes) {
      return TableRow.unusable(
          String.format(
              Locale.ROOT,
              "it is %dx%d, and images of at most %,d bytes are read; see --max-bytes",
              width,
              height,
              maxBytes));
    }
    return TableRow.of(bmp(height, width, channels, data, (int) rowBytes));
  }

  private static byte[] bmp(int height, int width, int channels, byte[] data, int rowBytes) {
    ByteBuffer file =
        ByteBuffer.allocate(HEADER_BYTES + rowBytes * height).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 'B').put((byte) 'M').putInt(file.capacity()).putInt(0).putInt(HEADER_BYTES);
    // A negative height says that the first row is the top one.
    file.putInt(INFO_BYTES).putInt(width).putInt(-height).putShort((short) 1).putShort(BITS);
    for (int y = 0; y < height; y++) {
      file.position(HEADER_BYTES + y * rowBytes);
      for (int x = 0; x < width; x++) {
        int pixel = (y * width + x) * channels;
        file.put(data[pixel]);
        file.put(data[channels == 1 ? pixel : pixel + 1]);
        file.put(data[channels == 1 ? pixel : pixel + 2]);
      }
    }
    return file.array();
  }
}
