package org.sscspark.data.raw;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;

/** What differs between the binary versions of CIFAR-10 and CIFAR-100. */
enum CifarVersion {
  CIFAR10(
      "cifar10",
      10,
      1,
      "data_batch_\\d+\\.bin",
      "test_batch\\.bin",
      "batches.meta.txt",
      "cifar-10-batches-bin"),
  CIFAR100(
      "cifar100", 100, 2, "train\\.bin", "test\\.bin", "fine_label_names.txt", "cifar-100-binary");

  private static final int IMAGE_BYTES = 3 * 32 * 32;

  /** Of CIFAR-10. */
  private static final int TRAINING_BATCHES = 5;

  private final String formatName;
  private final int classes;
  private final int labelBytes;
  private final Pattern train;
  private final Pattern test;
  private final String namesFile;
  private final String folder;

  CifarVersion(
      String formatName,
      int classes,
      int labelBytes,
      String train,
      String test,
      String namesFile,
      String folder) {
    this.formatName = formatName;
    this.classes = classes;
    this.labelBytes = labelBytes;
    this.train = Pattern.compile(train);
    this.test = Pattern.compile(test);
    this.namesFile = namesFile;
    this.folder = folder;
  }

  String formatName() {
    return formatName;
  }

  /** The label bytes before the pixels; the last of them is the class. */
  int labelBytes() {
    return labelBytes;
  }

  int recordBytes() {
    return labelBytes + IMAGE_BYTES;
  }

  String namesFile() {
    return namesFile;
  }

  /** Returns the names of the files of a split. */
  Pattern files(String split) {
    return switch (split) {
      case "train" -> train;
      case "test" -> test;
      default ->
          throw new BadInputException(
              "Format %s has no split '%s'; use train or test".formatted(formatName, split));
    };
  }

  /** Returns whether a file is of this version, whatever its split. */
  boolean owns(String name) {
    return train.matcher(name).matches() || test.matcher(name).matches() || name.equals(namesFile);
  }

  /** Returns the name of the first file of a split. */
  String firstFile(String split) {
    return files(split).pattern().replace("\\d+", "1").replace("\\.", ".");
  }

  /** Returns the names of files of a split that a published data set has and this one has not. */
  List<String> absent(String split, Collection<String> present) {
    return this == CIFAR10 && split.equals("train")
        ? IntStream.rangeClosed(1, TRAINING_BATCHES)
            .mapToObj(batch -> "data_batch_" + batch + ".bin")
            .filter(name -> !present.contains(name))
            .toList()
        : List.of();
  }

  /** Returns the folder that holds the files: the given one, or the one unpacked into it. */
  Path folder(RawFiles files, Path given) {
    Path unpacked = new Path(given, folder);
    return files.exists(unpacked) ? unpacked : given;
  }

  /** Returns the class names if no file gives them. */
  List<String> defaultClasses() {
    return this == CIFAR10
        ? List.of(
            "airplane",
            "automobile",
            "bird",
            "cat",
            "deer",
            "dog",
            "frog",
            "horse",
            "ship",
            "truck")
        : IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }

  /** Returns the class names in the text of {@link #namesFile}. */
  List<String> classes(String text, String where) {
    List<String> names = ClassNames.of(text, where);
    if (names.size() != classes) {
      throw new BadInputException(
          "%s names %s classes, but %s has %s; fetch the file again"
              .formatted(where, names.size(), formatName, classes));
    }
    return names;
  }
}
