package org.sscspark.data;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.sscspark.config.BadInputException;
import org.sscspark.data.augmentation.ImageChange;
import org.sscspark.data.augmentation.MinibatchChange;
import org.sscspark.data.augmentation.PixelChange;
import org.sscspark.data.augmentation.RegionChoice;
import org.sscspark.engine.ImageCrop;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * Random changes of training images: the image is framed with {@code cropPadding} black pixels
 * (zero before normalisation) on each side, a window of its own size is cut out at a random place,
 * and the window is mirrored with probability one half. Before this a part of the image may be
 * chosen, after it pixels may be changed, and at the end images of a minibatch mixed. What happens
 * to an example by itself depends on (seed, epoch, id) only.
 *
 * @param cropPadding black pixels on each side
 * @param resize the side of the square that images with sizes of their own become
 * @param changes other random changes, in this order among those that change alike
 */
public record Augmentation(
    int cropPadding, Flip flip, Optional<Integer> resize, List<ImageChange> changes)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Mirroring. */
  public enum Flip {
    NONE,
    HORIZONTAL
  }

  public Augmentation {
    changes = List.copyOf(changes);
    if (cropPadding < 0 || cropPadding > 255) {
      throw new IllegalArgumentException("Crop padding must be in [0, 255], was " + cropPadding);
    }
    int largest = ReadLimits.standard().largestSide();
    if (resize.isPresent() && (resize.get() < 1 || resize.get() > largest)) {
      throw new BadInputException(
          "resize is %s; it must be from 1 to %s, or left out".formatted(resize.get(), largest));
    }
    if (changes.stream().filter(RegionChoice.class::isInstance).count() > 1) {
      throw new BadInputException("changes has more than one that chooses a part of the image");
    }
  }

  /** Crops and flips alone. */
  public Augmentation(int cropPadding, Flip flip) {
    this(cropPadding, flip, List.of());
  }

  /** Changes of images that have the network's size. */
  public Augmentation(int cropPadding, Flip flip, List<ImageChange> changes) {
    this(cropPadding, flip, Optional.empty(), changes);
  }

  /** An Optional is not serializable. */
  private Object writeReplace() {
    return new Serialized(cropPadding, flip, resize.orElse(0), changes);
  }

  private record Serialized(int cropPadding, Flip flip, int side, List<ImageChange> changes)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private Object readResolve() {
      return new Augmentation(
          cropPadding, flip, side == 0 ? Optional.empty() : Optional.of(side), changes);
    }
  }

  /** Returns the augmentation that changes nothing. */
  public static Augmentation none() {
    return new Augmentation(0, Flip.NONE);
  }

  /** Returns random crops with padding, and random horizontal flips. */
  public static Augmentation cropAndFlip(int cropPadding) {
    return new Augmentation(cropPadding, Flip.HORIZONTAL);
  }

  /** Whether training decodes a part of each image file anew, and needs no shard as pixels. */
  public boolean readsParts() {
    return resize.isPresent() && region().isPresent();
  }

  /** What chooses the part of a stored image that the network sees, if anything does. */
  Optional<RegionChoice> region() {
    return only(RegionChoice.class).stream().findFirst();
  }

  /** What changes pixels of single images, in order. */
  List<PixelChange> pixelChanges() {
    return only(PixelChange.class);
  }

  /** What mixes images of a minibatch, in order. */
  List<MinibatchChange> minibatchChanges() {
    return only(MinibatchChange.class);
  }

  private <T> List<T> only(Class<T> type) {
    return changes.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Which part of an image an example's random bits choose. */
  ImageCrop crop(int image, long draw) {
    return new ImageCrop(image, down(draw), right(draw), mirrored(draw));
  }

  /** The random bits that decide about one example. */
  static long draw(long seed, long epoch, long id) {
    return RandomStream.key(seed, Purpose.AUGMENTATION, epoch, id);
  }

  /** How far down the window moves, in [-cropPadding, cropPadding]. */
  int down(long draw) {
    return place(draw >>> 44);
  }

  /** How far to the right the window moves, in [-cropPadding, cropPadding]. */
  int right(long draw) {
    return place(draw >>> 24 & 0xFFFFF);
  }

  boolean mirrored(long draw) {
    return flip == Flip.HORIZONTAL && (draw & 1) == 1;
  }

  /** Maps 20 random bits to a place; the bias is below 1e-3 for the largest padding. */
  private int place(long bits) {
    return (int) (bits * (2 * cropPadding + 1) >>> 20) - cropPadding;
  }
}
