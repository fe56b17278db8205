package org.sscspark.spark.dataset;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Spark's struct of a decoded image, as a BMP file of the same pixels, so that it is treated as
 * image files are. Both have rows of blue, green and red; those of a BMP are filled up to words.
 */
final class ImageStruct {
  private static final int HEADER_BYTES = 54;
  private static final int INFO_BYTES = 40;
  private static final short BITS = 24;
  private static final List<String> NUMBERS = List.of("height", "width", "nChannels", "mode");
  private static final String DATA = "data";

  /** The fields in words. */
  static final String FIELDS =
      "whole numbers " + String.join(", ", NUMBERS) + " and binary " + DATA;

  private ImageStruct() {}

  /** Whether a struct has the fields of an image, with types that can be read. */
  static boolean isReadable(StructType struct) {
    List<String> names = Arrays.asList(struct.fieldNames());
    return names.containsAll(NUMBERS)
        && names.contains(DATA)
        && NUMBERS.stream().allMatch(name -> WholeNumbers.areOf(struct.apply(name).dataType()))
        && struct.apply(DATA).dataType().equals(DataTypes.BinaryType);
  }

  static TableRow read(Row image, long maxBytes) {
    for (String name : NUMBERS) {
      if (WholeNumbers.of(image.getAs(name)).isEmpty()) {
        return TableRow.unusable("its %s is %s".formatted(name, image.<Object>getAs(name)));
      }
    }
    long height = number(image, "height");
    long width = number(image, "width");
    long channels = number(image, "nChannels");
    byte[] data = image.getAs(DATA);
    if (height < 1 || width < 1 || data == null) {
      return TableRow.unusable("Spark could not decode it");
    }
    // Grey, BGR and BGRA bytes; other modes of OpenCV have wider samples.
    long mode = number(image, "mode");
    if ((channels != 1 && channels != 3 && channels != 4) || mode != 8 * (channels - 1)) {
      return TableRow.unusable(
          "it is of mode %s with %s channels; 1, 3 or 4 channels of bytes are read"
              .formatted(mode, channels));
    }
    if (Math.max(height, width) > Integer.MAX_VALUE || height * width * channels != data.length) {
      return TableRow.unusable(
          String.format(
              Locale.ROOT,
              "it has %,d bytes of pixels, not %dx%dx%d",
              data.length,
              height,
              width,
              channels));
    }
    long rowBytes = (3 * width + 3) / 4 * 4;
    if (HEADER_BYTES + rowBytes * height > maxBytes) {
      return TableRow.unusable(
          String.format(
              Locale.ROOT,
              "it is %dx%d, and images of at most %,d bytes are read; see --max-bytes",
              width,
              height,
              maxBytes));
    }
    return TableRow.of(bmp((int) height, (int) width, (int) channels, data, (int) rowBytes));
  }

  private static long number(Row image, String name) {
    return WholeNumbers.of(image.getAs(name)).getAsLong();
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
