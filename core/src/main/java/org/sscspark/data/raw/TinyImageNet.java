package org.sscspark.data.raw;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
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
import org.sscspark.network.FeatureShape;

/**
 * Tiny ImageNet, unpacked: train/WNID/images/NAME.JPEG, and val/images with the classes in
 * val/val_annotations.txt. Labels follow the sorted WordNet identifiers of wnids.txt. The images of
 * its test split have no labels.
 */
record TinyImageNet(
    DatasetSource source, ReadLimits limits, List<String> classNames, List<RawPart> parts)
    implements RawDataset {
  private static final String ANNOTATIONS = "val_annotations.txt";
  private static final int FILES_PER_PART = 1000;

  static TinyImageNet open(
      Configuration configuration, URI location, String split, ReadLimits limits) {
    RawFiles files = new RawFiles(configuration, limits);
    FileStatus status = files.status(location);
    if (status.isFile()) {
      throw new BadInputException(location + " is a file; unpack it and give the folder");
    }
    Path root = status.getPath();
    try {
      List<String> classes =
          lines(files, new Path(root, "wnids.txt")).stream().map(String::strip).sorted().toList();
      List<RawPart> parts =
          switch (split) {
            case "", "train" ->
                classes.stream()
                    .map(wnid -> RawPart.whole(new Path(root, "train/" + wnid).toString()))
                    .toList();
            case "val" -> validationParts(files, new Path(root, "val"));
            default ->
                throw new BadInputException(
                    "Format tiny-imagenet has no labelled split '%s'; use train or val"
                        .formatted(split));
          };
      return new TinyImageNet(
          new DatasetSource("tiny-imagenet", root.toString(), split, ""), limits, classes, parts);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + root, e);
    }
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
  public Optional<FeatureShape> rawShape() {
    return Optional.empty();
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
    List<String> lines = lines(files, annotations);
    Set<String> known = new HashSet<>(classNames);
    return LongStream.range(part.first(), part.end())
        .mapToObj(
            line -> {
              String[] fields = lines.get((int) line).split("\t", -1);
              if (fields.length < 2 || !known.contains(fields[1])) {
                throw new BadInputException(
                    "%s, line %d names no class of wnids.txt: '%s'"
                        .formatted(annotations, line + 1, lines.get((int) line)));
              }
              return new ImageFiles.LabelledFile(
                  fields[1], new Path(folder, "images/" + fields[0]));
            })
        .toList();
  }
}
