package org.sscspark.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sscspark.engine.InputLayout;
import org.sscspark.network.FeatureShape;

/**
 * Some examples of a data set, drawn by a seed: the first of the order in which an epoch of that
 * seed would visit them. The draw does not depend on where the data set is or who reads it.
 */
public final class ExampleSample {
  private final Dataset dataset;
  private final List<Place> places;

  /** An example by its shard and its stored index there. */
  private record Place(int shard, int example) {}

  /**
   * Chosen examples, ready for a network.
   *
   * @param pixels normalised, [examples, channels, height, width]
   * @param labels the class of each example
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed to its only reader.
  public record Images(FeatureShape shape, float[] pixels, int[] labels) {}

  private ExampleSample(Dataset dataset, List<Place> places) {
    this.dataset = dataset;
    this.places = places;
  }

  /**
   * Draws examples whatever their class, without reading any.
   *
   * @throws IllegalArgumentException if the data set has fewer
   */
  public static ExampleSample of(Dataset dataset, long seed, long count) {
    DatasetManifest manifest = dataset.manifest();
    requireExamples(manifest, count);
    EpochOrder order = EpochOrder.of(manifest, seed, 0, 1);
    List<Place> places = new ArrayList<>((int) count);
    for (EpochOrder.Segment segment : order.segments(0)) {
      int[] examples = order.exampleOrder(segment.shard());
      for (int i = 0; i < examples.length && places.size() < count; i++) {
        places.add(new Place(segment.shard(), examples[i]));
      }
      if (places.size() == count) {
        break;
      }
    }
    return new ExampleSample(dataset, places);
  }

  /**
   * Draws as many examples of each class, in the order of the epoch, so that neighbours are of
   * mixed classes. Reads as many shards as it takes.
   *
   * @throws IllegalArgumentException if a class has fewer
   */
  public static ExampleSample balanced(Dataset dataset, long seed, int perClass) {
    DatasetManifest manifest = dataset.manifest();
    requirePerClass(manifest, perClass);
    int[] left = new int[manifest.classes().size()];
    Arrays.fill(left, perClass);
    int missing = perClass * left.length;
    EpochOrder order = EpochOrder.of(manifest, seed, 0, 1);
    List<Place> places = new ArrayList<>(missing);
    for (EpochOrder.Segment segment : order.segments(0)) {
      int[] labels = dataset.readShard(segment.shard()).labels();
      for (int example : order.exampleOrder(segment.shard())) {
        if (left[labels[example]] > 0) {
          left[labels[example]]--;
          missing--;
          places.add(new Place(segment.shard(), example));
        }
      }
      if (missing == 0) {
        break;
      }
    }
    return new ExampleSample(dataset, places);
  }

  /**
   * Checks that there are so many examples.
   *
   * @throws IllegalArgumentException if the data set has fewer
   */
  public static void requireExamples(DatasetManifest manifest, long count) {
    if (count > manifest.examples()) {
      throw new IllegalArgumentException(
          "Cannot draw %s of %s examples".formatted(count, manifest.examples()));
    }
  }

  /**
   * Checks that each class has so many examples.
   *
   * @throws IllegalArgumentException if one has fewer
   */
  public static void requirePerClass(DatasetManifest manifest, int perClass) {
    for (int label = 0; label < manifest.classes().size(); label++) {
      if (manifest.classCounts().get(label) < perClass) {
        throw new IllegalArgumentException(
            "Cannot draw %s examples of class %s, it has %s"
                .formatted(
                    perClass, manifest.classes().get(label), manifest.classCounts().get(label)));
      }
    }
  }

  /** The number of examples. */
  public int size() {
    return places.size();
  }

  /** Reads the class of each example. */
  public int[] labels() {
    int[] labels = new int[places.size()];
    for (int i = 0; i < labels.length; i++) {
      Place place = places.get(i);
      labels[i] = dataset.readShard(place.shard()).labels()[place.example()];
    }
    return labels;
  }

  /**
   * Reads the examples [from, to).
   *
   * @param transform what happens to the pixels
   * @param seed of the augmentation
   */
  public Images images(int from, int to, ImageTransform transform, long seed) {
    InputLayout layout = InputLayout.nchw(dataset.manifest().shape(), to - from);
    BatchAssembler assembler = new BatchAssembler(transform, layout);
    int[] labels = new int[to - from];
    for (int i = from; i < to; i++) {
      Place place = places.get(i);
      ImageBlock block = dataset.readShard(place.shard());
      labels[i - from] = block.labels()[place.example()];
      assembler.place(
          i - from,
          block,
          place.example(),
          Augmentation.draw(seed, 0, block.ids()[place.example()]));
    }
    float[] pixels = new float[layout.length()];
    assembler.write(pixels, to - from);
    return new Images(layout.shape(), pixels, labels);
  }
}
