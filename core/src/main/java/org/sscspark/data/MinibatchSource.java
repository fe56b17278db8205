package org.sscspark.data;

import org.sscspark.engine.InputLayout;

/** Gives an assembler the images of a plan, one minibatch after the other. For one thread. */
sealed interface MinibatchSource extends AutoCloseable permits StoredPixels, DecodedParts {
  /**
   * Opens the source of a plan: images are decoded anew where a part of each original is chosen.
   */
  static MinibatchSource of(
      Dataset dataset, MinibatchPlan plan, ImageTransform transform, InputLayout layout) {
    BatchAssembler assembler = new BatchAssembler(transform, layout);
    Augmentation augmentation = transform.augmentation();
    return augmentation.readsParts()
        ? new DecodedParts(dataset, plan, augmentation.region().get(), assembler)
        : new StoredPixels(dataset, plan, assembler);
  }

  /**
   * Writes the next minibatch.
   *
   * @param input receives the images
   * @param labels receives the class of each
   * @return the number of images
   * @throws org.sscspark.config.BadInputException if a shard or an image cannot be read
   */
  int next(float[] input, int[] labels);

  @Override
  void close();
}
