package org.sscspark.data;

import java.util.List;
import org.sscspark.engine.ImageCrop;
import org.sscspark.engine.ResidentImages;

/**
 * A minibatch of images that a replica keeps.
 *
 * @param images all that are kept
 * @param crops those of this minibatch
 */
public record CropBatch(ResidentImages images, List<ImageCrop> crops) implements TrainingBatch {
  @Override
  public int count() {
    return crops.size();
  }
}
