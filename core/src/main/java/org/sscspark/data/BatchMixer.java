package org.sscspark.data;

import java.util.Arrays;
import java.util.List;
import org.sscspark.data.augmentation.Blend;
import org.sscspark.data.augmentation.MinibatchChange;
import org.sscspark.data.augmentation.Region;
import org.sscspark.engine.InputLayout;
import org.sscspark.engine.Targets;
import org.sscspark.network.FeatureShape;
import org.sscspark.random.Purpose;

/** Mixes the images of minibatches in an engine's layout, and their targets. */
final class BatchMixer implements Blend {
  private final List<MinibatchChange> changes;
  private final ChangeStreams streams;
  private final InputLayout layout;
  private final int classes;
  private final float[] lastTarget;
  private float[] input;
  private float[] targets;
  private int count;

  BatchMixer(List<MinibatchChange> changes, InputLayout layout, int classes) {
    this.changes = changes;
    this.streams = new ChangeStreams(Purpose.MIXING, changes);
    this.layout = layout;
    this.classes = classes;
    this.lastTarget = new float[classes];
  }

  /** Returns buffers for the targets of a minibatch: soft ones where images are mixed. */
  Targets newTargets(int batch) {
    return changes.isEmpty()
        ? new Targets.Hard(new int[batch])
        : new Targets.Soft(new int[batch], new float[Math.multiplyExact(batch, classes)]);
  }

  /**
   * Mixes a minibatch in place, if anything is to be mixed.
   *
   * @param labelled what {@link #newTargets} made, with the label of each image; the class that
   *     gets the largest share becomes the label
   * @param key of the minibatch
   */
  void mix(float[] images, Targets labelled, int examples, long key) {
    if (!(labelled instanceof Targets.Soft soft)) {
      return;
    }
    input = images;
    targets = soft.probabilities();
    count = examples;
    Arrays.fill(targets, 0, count * classes, 0);
    for (int n = 0; n < count; n++) {
      targets[n * classes + soft.labels()[n]] = 1;
    }
    for (int i = 0; i < changes.size(); i++) {
      changes.get(i).change(this, streams.at(i, key));
    }
    for (int n = 0; n < count; n++) {
      soft.labels()[n] = likeliest(n, soft.labels()[n]);
    }
  }

  private int likeliest(int n, int own) {
    int best = own;
    for (int k = 0; k < classes; k++) {
      if (targets[n * classes + k] > targets[n * classes + best]) {
        best = k;
      }
    }
    return best;
  }

  @Override
  public FeatureShape shape() {
    return layout.shape();
  }

  @Override
  public void with(Region region, double own) {
    for (int channel = 0; channel < shape().channels(); channel++) {
      for (int y = region.top(); y < region.top() + region.height(); y++) {
        for (int x = region.left(); x < region.left() + region.width(); x++) {
          mixPixel(channel, y * layout.rowStride() + x * layout.pixelStride(), (float) own);
        }
      }
    }
    long pixels = (long) shape().height() * shape().width();
    mixTargets((float) (1 - (1 - own) * region.pixels() / pixels));
  }

  /** From the last image to the first, so that each meets its neighbour as it was. */
  private void mixPixel(int channel, int place, float own) {
    float last = input[layout.plane(count - 1, channel) + place];
    for (int n = count - 1; n >= 0; n--) {
      float before = n == 0 ? last : input[layout.plane(n - 1, channel) + place];
      int at = layout.plane(n, channel) + place;
      input[at] = own * input[at] + (1 - own) * before;
    }
  }

  private void mixTargets(float own) {
    System.arraycopy(targets, (count - 1) * classes, lastTarget, 0, classes);
    for (int n = count - 1; n >= 0; n--) {
      for (int k = 0; k < classes; k++) {
        float before = n == 0 ? lastTarget[k] : targets[(n - 1) * classes + k];
        targets[n * classes + k] = own * targets[n * classes + k] + (1 - own) * before;
      }
    }
  }
}
