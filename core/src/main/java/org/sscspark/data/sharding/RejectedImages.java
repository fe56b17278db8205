package org.sscspark.data.sharding;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.sscspark.config.BadInputException;
import org.sscspark.config.CanonicalJson;
import org.sscspark.data.BadImage;

/**
 * Images of a shard that cannot be used.
 *
 * @param count how many they are
 * @param images the first of them, or all if they are left out and listed
 */
public record RejectedImages(long count, List<BadImage> images) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** So many are named when they end the command. */
  static final int NAMED = 20;

  static RejectedImages none() {
    return new RejectedImages(0, List.of());
  }

  /**
   * Checks that all images of all shards can be used.
   *
   * @param skipCorrupt whether those that cannot be decoded do not matter, as long as some can
   * @param item what holds an image, in one word, as file
   * @throws BadInputException naming the first in the order of the raw data set
   */
  static void requireNone(List<WrittenShard> shards, boolean skipCorrupt, String item) {
    RejectedImages corrupt = all(shards, WrittenShard::corrupt);
    RejectedImages misfits = all(shards, WrittenShard::misfits);
    boolean nothingLeft = shards.stream().allMatch(shard -> shard.statistics().examples() == 0);
    RejectedImages counted = skipCorrupt && !nothingLeft ? none() : corrupt;
    long count = counted.count + misfits.count;
    if (count == 0) {
      return;
    }
    List<BadImage> first = new ArrayList<>(counted.images);
    first.addAll(misfits.images);
    first.sort(Comparator.comparingLong(BadImage::id));
    String named =
        first.stream()
            .limit(NAMED)
            .map(image -> image.file() + " " + image.reason())
            .collect(Collectors.joining("; "));
    throw new BadInputException(
        (count == 1 ? "" : String.format(Locale.ROOT, "%,d images cannot be used: ", count))
            + named
            + (count > NAMED ? String.format(Locale.ROOT, "; and %,d more", count - NAMED) : "")
            + "; "
            + remedy(counted.count, misfits.count, nothingLeft, item));
  }

  private static String remedy(long corrupt, long misfits, boolean nothingLeft, String item) {
    if (corrupt == 0) {
      return ImagePlan.RESIZE;
    }
    return "replace or remove "
        + (corrupt == 1 ? "the " + item : "these " + item + "s")
        + (nothingLeft ? "" : ", or leave out what cannot be decoded with --skip-corrupt")
        + (misfits == 0 ? "" : ", and " + ImagePlan.RESIZE);
  }

  /** Returns those of one kind of all shards. */
  static RejectedImages all(
      List<WrittenShard> shards, Function<WrittenShard, RejectedImages> kind) {
    return new RejectedImages(
        shards.stream().map(kind).mapToLong(RejectedImages::count).sum(),
        shards.stream().map(kind).flatMap(shard -> shard.images().stream()).toList());
  }

  /** Returns the images in the order of the raw data set, a JSON document a line. */
  String json() {
    StringBuilder lines = new StringBuilder();
    images.stream()
        .sorted(Comparator.comparingLong(BadImage::id))
        .forEach(image -> lines.append(CanonicalJson.of(image)).append('\n'));
    return lines.toString();
  }

  /** Collects the images of one shard. */
  static final class Collector {
    private final boolean all;
    private final List<BadImage> images = new ArrayList<>();
    private long count;

    Collector(boolean all) {
      this.all = all;
    }

    void add(PlacedImage image, String reason) {
      count++;
      images.add(new BadImage(image.place().id(), image.where(), reason));
      if (!all && images.size() > 2 * NAMED) {
        keepFirst();
      }
    }

    /** In the order of the raw data set, which is not that of a shard. */
    private void keepFirst() {
      images.sort(Comparator.comparingLong(BadImage::id));
      if (!all && images.size() > NAMED) {
        images.subList(NAMED, images.size()).clear();
      }
    }

    RejectedImages rejected() {
      keepFirst();
      return new RejectedImages(count, new ArrayList<>(images));
    }
  }
}
