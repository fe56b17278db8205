package org.sscspark.data;

import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.util.Arrays;
import java.util.Optional;

/** A raster whose bands are bytes of one array, read without a call for each sample. */
@SuppressWarnings("ArrayRecordComponent") // The raster's own.
record InterleavedBytes(
    byte[] array, int offset, int width, int height, ComponentSampleModel model) {
  /** Returns the bytes of a raster, if it has them in one array. */
  static Optional<InterleavedBytes> of(Raster raster) {
    if (raster.getDataBuffer() instanceof DataBufferByte bytes
        && raster.getSampleModel() instanceof ComponentSampleModel model
        && Arrays.stream(model.getBankIndices()).allMatch(bank -> bank == 0)
        && raster.getSampleModelTranslateX() == 0
        && raster.getSampleModelTranslateY() == 0) {
      return Optional.of(
          new InterleavedBytes(
              bytes.getData(), bytes.getOffset(), raster.getWidth(), raster.getHeight(), model));
    }
    return Optional.empty();
  }

  int bands() {
    return model.getNumBands();
  }

  /** From a sample to that of the next pixel. */
  int pixelStride() {
    return model.getPixelStride();
  }

  /** Where the first sample of a band in row y is. */
  int place(int y, int band) {
    return offset + y * model.getScanlineStride() + model.getBandOffsets()[band];
  }
}
