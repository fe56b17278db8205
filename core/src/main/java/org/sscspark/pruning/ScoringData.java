package org.sscspark.pruning;

import java.io.Serializable;
import java.util.Arrays;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.data.Augmentation;
import org.sscspark.data.Dataset;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.ExampleSample;
import org.sscspark.data.ImageTransform;
import org.sscspark.data.Normalization;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * Which examples of a training set scores see, and how. A draw is cut into chunks; each chunk is a
 * pure function of the data set, the draw's number and its own, so any machine can make it.
 *
 * @param seed of the draws
 * @param amount how many examples a draw has
 * @param chunk the examples of one forward pass
 * @param augmentation random changes of images
 * @param randomLabels whether labels are drawn evenly instead of read: a sanity check
 */
public record ScoringData(
    long seed, Amount amount, int chunk, Augmentation augmentation, boolean randomLabels)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Coordinates that set the streams of one draw apart. */
  private static final int ORDER = 0;

  private static final int CROPS = 1;
  private static final int LABELS = 2;

  /** How many examples a draw has. */
  public sealed interface Amount extends Serializable {
    /** As many of each class. */
    record PerClass(int examples) implements Amount {
      private static final long serialVersionUID = 1L;
    }

    /** Full chunks, whatever the classes. */
    record Batches(int batches) implements Amount {
      private static final long serialVersionUID = 1L;
    }
  }

  /** The examples of one draw. */
  public long examples(DatasetManifest manifest) {
    return examples(manifest.classes().size());
  }

  /** The examples of one draw of so many classes, whether or not there are as many. */
  public long examples(int classes) {
    return amount instanceof Amount.PerClass perClass
        ? (long) perClass.examples() * classes
        : (long) ((Amount.Batches) amount).batches() * chunk;
  }

  /** The chunks of one draw. */
  public int chunks(DatasetManifest manifest) {
    return Math.toIntExact((examples(manifest) + chunk - 1) / chunk);
  }

  /** All examples of a draw, as draws of one machine. */
  public ScoringSet set(Dataset dataset, int draw) {
    return read(dataset, draw, 0, Integer.MAX_VALUE);
  }

  /**
   * One chunk of a draw, as a set of one chunk.
   *
   * @throws BadInputException if the data set has too few examples
   */
  public ScoringSet chunk(Dataset dataset, int draw, int index) {
    int start = index * chunk;
    return read(dataset, draw, start, (int) Math.min(Integer.MAX_VALUE, (long) start + chunk));
  }

  /** The examples [from, end), as far as the draw has so many. */
  private ScoringSet read(Dataset dataset, int draw, int from, int end) {
    DatasetManifest manifest = dataset.manifest();
    ExampleSample sample = sample(dataset, draw);
    int to = Math.min(end, sample.size());
    ExampleSample.Images images =
        sample.images(
            from,
            to,
            new ImageTransform(augmentation, Normalization.of(manifest)),
            RandomStream.key(seed, Purpose.PRUNING_DATA, draw, CROPS));
    int[] labels =
        randomLabels
            ? Arrays.copyOfRange(drawnLabels(manifest, draw, to), from, to)
            : images.labels();
    return new ScoringSet(images.shape(), images.pixels(), labels, chunk);
  }

  /** The first labels of a draw whose labels are not read. */
  private int[] drawnLabels(DatasetManifest manifest, int draw, int count) {
    RandomStream random = RandomStream.of(seed, Purpose.PRUNING_DATA, draw, LABELS);
    int[] drawn = new int[count];
    for (int i = 0; i < count; i++) {
      drawn[i] = random.nextInt(manifest.classes().size());
    }
    return drawn;
  }

  /** Whether a draw may lack classes, because its examples are taken whatever their class. */
  boolean mayLackClasses() {
    return amount instanceof Amount.Batches && !randomLabels;
  }

  /** How many classes the examples of the first draw are of. */
  public int classes(Dataset dataset) {
    return (int) Arrays.stream(sample(dataset, 0).labels()).distinct().count();
  }

  /**
   * Checks, without reading images, that there are enough of them.
   *
   * @throws BadInputException if not, naming the setting
   */
  public void requireEnough(DatasetManifest manifest) {
    try {
      if (amount instanceof Amount.PerClass perClass) {
        ExampleSample.requirePerClass(manifest, perClass.examples());
      } else {
        ExampleSample.requireExamples(manifest, examples(manifest));
      }
    } catch (IllegalArgumentException e) {
      throw tooFew(manifest, e);
    }
  }

  private ExampleSample sample(Dataset dataset, int draw) {
    long order = RandomStream.key(seed, Purpose.PRUNING_DATA, draw, ORDER);
    try {
      return amount instanceof Amount.PerClass perClass
          ? ExampleSample.balanced(dataset, order, perClass.examples())
          : ExampleSample.of(dataset, order, examples(dataset.manifest()));
    } catch (IllegalArgumentException e) {
      throw tooFew(dataset.manifest(), e);
    }
  }

  private BadInputException tooFew(DatasetManifest manifest, IllegalArgumentException e) {
    String remedy = "take a smaller pruning.batches or chunk";
    if (amount instanceof Amount.PerClass) {
      remedy =
          manifest.classCounts().contains(0L)
              ? "give pruning.batches instead, which draws whatever the class"
              : "take a smaller pruning.examples-per-class";
    }
    return new UnmetSettingsException(e.getMessage() + ", to score weights; " + remedy, e);
  }

  /** In words, for the record of a run. */
  public String description() {
    String drawn =
        amount instanceof Amount.PerClass perClass
            ? perClass.examples() + " examples of each class"
            : examples(/* classes= */ 1) + " examples";
    return drawn
        + " in chunks of "
        + chunk
        + (augmentation.equals(Augmentation.none()) ? "" : ", augmented")
        + (randomLabels ? ", labels drawn at random" : "");
  }
}
