package org.sscspark.data.raw;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;

/**
 * Finds a pair of IDX files in a folder. MNIST's names begin with {@code train} or {@code t10k};
 * NIST's, of EMNIST, with the name of the set as well: {@code emnist-letters-train}.
 */
record IdxFiles(Path images, Path labels) {
  private static final Pattern IMAGES = Pattern.compile("(.+)-images[-.]idx3-ubyte(\\.gz)?");
  private static final Pattern LABELS = Pattern.compile("(.+)-labels[-.]idx1-ubyte(\\.gz)?");
  private static final Pattern ANY = Pattern.compile(".+[-.]idx\\d+-\\w+(\\.gz)?");
  private static final String TEST = "(?:.+-)?(?:t10k|test)";
  private static final String TRAIN = "(?:.+-)?train";

  /**
   * Finds the files of a split.
   *
   * @param split train (also if empty), test, or what the names of the files begin with
   * @throws BadInputException if there are none, or several sets
   */
  static IdxFiles find(RawFiles files, FileStatus location, String split) {
    Path folder = location.getPath();
    if (location.isFile()) {
      throw new BadInputException(
          "%s is %s; unpack it and give the folder of the IDX files"
              .formatted(folder, kind(files, folder)));
    }
    List<FileStatus> listed = files.list(folder).files();
    TreeMap<String, List<Path>> images = sets(listed, IMAGES);
    TreeMap<String, List<Path>> labels = sets(listed, LABELS);
    if (images.isEmpty()) {
      throw withoutImages(folder, listed.stream().map(file -> file.getPath().getName()).toList());
    }
    String set = set(folder, images, split);
    if (!labels.containsKey(set)) {
      throw new BadInputException(
          "%s has no file %s-labels-idx1-ubyte, with or without .gz, beside the images"
              .formatted(folder, set));
    }
    return new IdxFiles(only(folder, images.get(set)), only(folder, labels.get(set)));
  }

  /** The files of a kind by what their names begin with. */
  private static TreeMap<String, List<Path>> sets(List<FileStatus> listed, Pattern kind) {
    TreeMap<String, List<Path>> sets = new TreeMap<>();
    for (FileStatus file : listed) {
      Matcher name = kind.matcher(file.getPath().getName());
      if (name.matches()) {
        sets.computeIfAbsent(name.group(1), set -> new ArrayList<>()).add(file.getPath());
      }
    }
    return sets;
  }

  private static Path only(Path folder, List<Path> files) {
    if (files.size() > 1) {
      throw new BadInputException(
          "%s has the same file more than once: %s; leave one of them there"
              .formatted(folder, files.stream().map(Path::getName).toList()));
    }
    return files.get(0);
  }

  /** What a folder without images lacks. */
  private static BadInputException withoutImages(Path folder, List<String> names) {
    Optional<String> other = names.stream().filter(name -> ANY.matcher(name).matches()).findFirst();
    if (other.isEmpty()) {
      KnownFiles.requireNotPublished(folder.toString(), names);
    }
    return new BadInputException(
        "%s has %sno file train-images-idx3-ubyte, with or without .gz; give the folder of the IDX files, with images in 3 dimensions: images, rows, columns"
            .formatted(folder, other.map(name -> name + " and ").orElse("")));
  }

  private static String kind(RawFiles files, Path file) {
    try {
      return files.kind(file).words();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  private static String set(Path folder, TreeMap<String, List<Path>> sets, String split) {
    String wanted =
        switch (split) {
          case "", "train" -> TRAIN;
          case "test" -> TEST;
          default -> Pattern.quote(split);
        };
    List<String> found = sets.keySet().stream().filter(name -> name.matches(wanted)).toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    List<String> plain =
        found.stream().filter(name -> name.equals("train") || name.equals("t10k")).toList();
    if (plain.size() == 1) {
      return plain.get(0);
    }
    throw new BadInputException(
        found.isEmpty()
            ? "%s has no split '%s'; use train or test, or one of %s"
                .formatted(folder, split, sets.keySet())
            : "%s has several data sets; say which by --split with one of %s"
                .formatted(folder, found));
  }
}
