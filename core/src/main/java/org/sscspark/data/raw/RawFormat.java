package org.sscspark.data.raw;

import java.net.URI;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.config.BadInputException;
import org.sscspark.data.ReadLimits;

/** The formats of raw data sets in files. Generated images are {@link Synthetic}. */
public enum RawFormat {
  CIFAR10("cifar10"),
  CIFAR100("cifar100"),
  IDX("idx"),
  IMAGE_FOLDER("image-folder"),
  TINY_IMAGENET("tiny-imagenet");

  private final String formatName;

  RawFormat(String formatName) {
    this.formatName = formatName;
  }

  public String formatName() {
    return formatName;
  }

  /**
   * Returns the format of a name.
   *
   * @throws BadInputException if there is none
   */
  public static RawFormat named(String name) {
    return Arrays.stream(values())
        .filter(format -> format.formatName.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new BadInputException(
                    "Unknown format '%s'; use one of %s, parquet, synthetic"
                        .formatted(
                            name,
                            Arrays.stream(values())
                                .map(RawFormat::formatName)
                                .collect(Collectors.joining(", ")))));
  }

  /**
   * Opens a raw data set.
   *
   * @param split the part of the data set, or empty for the format's only or first
   * @throws BadInputException if it is not there, or not of this format
   */
  public RawDataset open(Configuration configuration, URI location, String split) {
    return open(configuration, location, split, ReadLimits.standard());
  }

  /** As the other, with a limit of how much one image may take. */
  public RawDataset open(
      Configuration configuration, URI location, String split, ReadLimits limits) {
    return switch (this) {
      case CIFAR10 ->
          CifarBinary.open(CifarVersion.CIFAR10, configuration, location, split, limits);
      case CIFAR100 ->
          CifarBinary.open(CifarVersion.CIFAR100, configuration, location, split, limits);
      case IDX -> Idx.open(configuration, location, split, limits);
      case IMAGE_FOLDER -> ImageFolder.open(configuration, location, split, limits);
      case TINY_IMAGENET -> TinyImageNet.open(configuration, location, split, limits);
    };
  }
}
