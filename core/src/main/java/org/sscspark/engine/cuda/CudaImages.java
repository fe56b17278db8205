package org.sscspark.engine.cuda;

import java.util.List;
import org.sscspark.engine.ImageCrop;
import org.sscspark.engine.ParameterUpdate;
import org.sscspark.engine.ResidentImages;
import org.sscspark.network.FeatureShape;

/** A training set in a GPU's memory, a byte a pixel. */
final class CudaImages implements ResidentImages {
  private static final int PIXEL_VALUES = 256;
  private static final int THREADS = 256;

  /** The ints of the kernels' structure Crop. */
  private static final int CROP_WORDS = 4;

  private final CudaTraining training;
  private final CudaWorkspace workspace;
  private final CudaStream stream;
  private final CudaValue input;
  private final int count;

  /** [image][channel][row][column]. */
  private final DeviceMemory pixels;

  private final DeviceMemory labels;

  /** [channel][pixel value]. */
  private final DeviceMemory values;

  /** Of the current minibatch. */
  private final DeviceMemory crops;

  /**
   * Makes a set of images that are yet to come.
   *
   * @param memory of {@link #bytes} at least
   * @param values the input of each pixel value: [channel][0 .. 255]
   */
  CudaImages(
      CudaTraining training,
      CudaWorkspace workspace,
      CudaValue input,
      int capacity,
      int count,
      DeviceMemory memory,
      float[][] values) {
    this.training = training;
    this.workspace = workspace;
    this.stream = workspace.stream;
    this.input = input;
    this.count = count;
    this.labels = memory;
    this.pixels = memory.from(count);
    this.values = stream.allocateWords((long) values.length * PIXEL_VALUES);
    this.crops = stream.allocateWords((long) CROP_WORDS * capacity);
    for (int channel = 0; channel < values.length; channel++) {
      stream.upload(values[channel], PIXEL_VALUES, this.values.from((long) channel * PIXEL_VALUES));
    }
  }

  /** The memory that so many images and their labels take. */
  static long bytes(FeatureShape shape, long count) {
    return Math.multiplyExact(count, (long) shape.size() + Integer.BYTES);
  }

  @Override
  public FeatureShape shape() {
    return input.layout().shape();
  }

  @Override
  public void keep(int first, byte[] source, int[] classes) {
    if (first < 0
        || first + classes.length > count
        || source.length != (long) classes.length * shape().size()) {
      throw new IllegalArgumentException(
          "There is room for %s images of shape %s, not for %s from %s on in %s bytes"
              .formatted(count, shape(), classes.length, first, source.length));
    }
    stream.upload(classes, classes.length, labels.from(first));
    stream.upload(source, source.length, pixels.fromByte((long) first * shape().size()));
  }

  @Override
  public void step(List<ImageCrop> minibatch, ParameterUpdate update) {
    int[] words = new int[CROP_WORDS * minibatch.size()];
    int next = 0;
    for (ImageCrop crop : minibatch) {
      if (crop.image() < 0 || crop.image() >= count) {
        throw new IllegalArgumentException(
            "There is no image %s among %s".formatted(crop.image(), count));
      }
      words[next++] = crop.image();
      words[next++] = crop.down();
      words[next++] = crop.right();
      words[next++] = CudaWorkspace.flag(crop.mirrored());
    }
    training.step(
        minibatch.size(),
        update,
        target -> {
          stream.upload(words, words.length, crops);
          bringIn(minibatch.size(), target);
        });
  }

  private void bringIn(int images, DeviceMemory target) {
    stream.launch("take_labels", Grid.ofThreads(images, THREADS), labels, crops, target, images);
    stream.launch(
        "crop_images",
        CudaWorkspace.squares(input.layout(), workspace.batch.places()),
        pixels,
        crops,
        values,
        input.inside(),
        input.layout().plane(),
        input.channels(),
        images);
  }
}
