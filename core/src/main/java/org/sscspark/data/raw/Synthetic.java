package org.sscspark.data.raw;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetSource;
import org.sscspark.network.FeatureShape;

/**
 * Generated images that a network can learn: a class is an orientation of a grating and a tint,
 * both of them blurred by noise, so that neither alone tells the class.
 *
 * @param seed the seed of the images
 * @param split images of different splits are different
 */
public record Synthetic(long examples, int classCount, FeatureShape shape, long seed, String split)
    implements RawDataset {
  private static final long EXAMPLES_PER_PART = 2000;

  public Synthetic {
    if (classCount < 2 || examples < classCount) {
      throw new BadInputException(
          "%s generated images of %s classes: give at least two classes and an image of each"
              .formatted(examples, classCount));
    }
  }

  @Override
  public DatasetSource source() {
    return new DatasetSource(
        "synthetic",
        "%s gratings of %s classes, %s, seed %s".formatted(examples, classCount, shape, seed),
        split,
        "");
  }

  @Override
  public Optional<List<String>> classes() {
    int digits = Integer.toString(classCount - 1).length();
    return Optional.of(
        IntStream.range(0, classCount)
            .mapToObj(label -> String.format(Locale.ROOT, "grating-%0" + digits + "d", label))
            .toList());
  }

  @Override
  public Optional<FeatureShape> rawShape() {
    return Optional.of(shape);
  }

  @Override
  public List<RawPart> parts() {
    return LongStream.iterate(0, first -> first < examples, first -> first + EXAMPLES_PER_PART)
        .mapToObj(
            first -> new RawPart("synthetic", first, Math.min(examples, first + EXAMPLES_PER_PART)))
        .toList();
  }

  @Override
  public RawRecords open(Configuration configuration, RawPart part, RawContent content) {
    Gratings gratings = new Gratings(shape, classCount, seed, split);
    List<String> names = classes().orElseThrow();
    return new RawRecords() {
      private long next = part.first();

      @Override
      protected Optional<RawRecord> read() {
        if (next == part.end()) {
          return Optional.empty();
        }
        long id = next++;
        int label = (int) (id % classCount);
        byte[] image = content == RawContent.IMAGES ? gratings.image(id, label) : new byte[0];
        return Optional.of(new RawRecord(names.get(label), "synthetic image " + id, image));
      }

      @Override
      public void close() {
        // Nothing is open.
      }
    };
  }
}
