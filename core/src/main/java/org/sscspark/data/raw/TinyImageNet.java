package org.sscspark.data.raw;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.ReadLimits;

/**
 * Tiny ImageNet, unpacked: train/WNID/images/NAME.JPEG, and val/images with the classes in
 * val/val_annotations.txt. Labels follow the sorted WordNet identifiers of wnids.txt. The images of
 * its test split have no labels.
 */
record TinyImageNet(
    DatasetSource source, ReadLimits limits, List<String> classNames, List<RawPart> parts)
    implements RawDataset {
  static final String ANNOTATIONS = "val_annotations.txt";
  private static final int FILES_PER_PART = 1000;

  static RawDataset open(
      Configuration configuration, URI location, String split, ReadLimits limits) {
    RawFiles files = new RawFiles(configuration, limits);
    FileStatus status = files.status(location);
    Path root = status.getPath();
    try {
      if (status.isFile()) {
        return TinyImageNetArchive.open(files, root, split);
      }
      List<String> classes =
          lines(files, new Path(root, "wnids.txt")).stream().map(String::strip).sorted().toList();
      List<RawPart> parts =
          switch (split) {
            case "", "train" ->
                classes.stream()
                    .map(wnid -> RawPart.whole(new Path(root, "train/" + wnid).toString()))
                    .toList();
            case "val" -> validationParts(files, new Path(root, "val"));
            default -> throw noSplit(split);
          };
      return new TinyImageNet(
          new DatasetSource("tiny-imagenet", root.toString(), split, ""), limits, classes, parts);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + root, e);
    }
  }

  static BadInputException noSplit(String split) {
    return new BadInputException(
        "Format tiny-imagenet has no labelled split '%s'; use train or val".formatted(split));
  }

  private static List<String> lines(RawFiles files, Path path) throws IOException {
    if (!files.exists(path)) {
      throw new BadInputException(path + " is missing; give the folder tiny-imagenet-200");
    }
    return files.text(path).lines().filter(line -> !line.isBlank()).toList();
  }

  private static List<RawPart> validationParts(RawFiles files, Path folder) throws IOException {
    long images = lines(files, new Path(folder, ANNOTATIONS)).size();
    return LongStream.iterate(0, first -> first < images, first -> first + FILES_PER_PART)
        .mapToObj(
            first ->
                new RawPart(folder.toString(), first, Math.min(images, first + FILES_PER_PART)))
        .toList();
  }

  @Override
  public Optional<List<String>> classes() {
    return Optional.of(classNames);
  }

  @Override
  public RawRecords open(Configuration configuration, RawPart part, RawContent content)
      throws IOException {
    RawFiles files = new RawFiles(configuration, limits);
    Path folder = new Path(part.location());
    List<ImageFiles.LabelledFile> found =
        source.split().equals("val") ? validation(files, folder, part) : training(files, folder);
    return new ImageFiles(files, found.iterator(), content);
  }

  private static List<ImageFiles.LabelledFile> training(RawFiles files, Path folder) {
    return ClassContent.of(files, new Path(folder, "images")).images().stream()
        .map(path -> new ImageFiles.LabelledFile(folder.getName(), path))
        .toList();
  }

  private List<ImageFiles.LabelledFile> validation(RawFiles files, Path folder, RawPart part)
      throws IOException {
    Path annotations = new Path(folder, ANNOTATIONS);
    List<Annotation> listed =
        annotations(lines(files, annotations), classNames, annotations.toString());
    return listed.subList((int) part.first(), (int) Math.min(part.end(), listed.size())).stream()
        .map(
            one ->
                new ImageFiles.LabelledFile(
                    one.className(), new Path(folder, "images/" + one.file())))
        .toList();
  }

  /** The class of a validation image. */
  record Annotation(String file, String className) {}

  /**
   * Reads the lines of val_annotations.txt.
   *
   * @param where the file, for messages
   * @throws BadInputException if one names no class
   */
  static List<Annotation> annotations(List<String> lines, List<String> classes, String where) {
    Set<String> known = new HashSet<>(classes);
    List<Annotation> annotations = new ArrayList<>();
    for (String line : lines) {
      String[] fields = line.split("\t", -1);
      if (fields.length < 2 || !known.contains(fields[1])) {
        throw new BadInputException(
            "%s, line %d names no class of wnids.txt: '%s'"
                .formatted(where, annotations.size() + 1, line));
      }
      annotations.add(new Annotation(fields[0], fields[1]));
    }
    return annotations;
  }
}
