package org.sscspark.data.raw;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
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
import org.sscspark.data.PassedOver;
import org.sscspark.data.ReadLimits;

/**
 * Tiny ImageNet, unpacked: train/WNID/images/NAME.JPEG, and val/images with the classes in
 * val/val_annotations.txt. Labels follow the sorted WordNet identifiers of wnids.txt. The images of
 * its test split have no labels.
 *
 * @param outside what lies beside the folders of classes, or beside the images that are listed
 */
record TinyImageNet(
    DatasetSource source,
    ReadLimits limits,
    List<String> classNames,
    List<RawPart> parts,
    List<PassedOver> outside)
    implements RawDataset {
  static final String ANNOTATIONS = "val_annotations.txt";
  static final String CLASSES = "wnids.txt";
  private static final String IMAGES = "images";
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
      Path list = new Path(root, CLASSES);
      List<String> classes =
          ClassNames.of(text(files, list), list.toString()).stream().sorted().toList();
      DatasetSource source = new DatasetSource("tiny-imagenet", root.toString(), split, "");
      return switch (split) {
        case "", "train" -> training(files, source, classes, new Path(root, "train"));
        case "val" -> validation(files, source, classes, new Path(root, "val"));
        default -> throw noSplit(split);
      };
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + root, e);
    }
  }

  static BadInputException noSplit(String split) {
    return new BadInputException(
        "Format tiny-imagenet has no labelled split '%s'; use train or val".formatted(split));
  }

  private static String text(RawFiles files, Path path) throws IOException {
    if (!files.exists(path)) {
      throw new BadInputException(path + " is missing; give the folder tiny-imagenet-200");
    }
    return files.text(path);
  }

  private static TinyImageNet training(
      RawFiles files, DatasetSource source, List<String> classes, Path train) {
    FolderListing listing = files.list(train);
    requireListed(
        listing.folders().stream().map(folder -> folder.getPath().getName()).toList(),
        classes,
        train + "/");
    PassedOverTally outside = new PassedOverTally();
    outside.addUnseen(listing);
    listing
        .files()
        .forEach(file -> outside.addFile(file.getPath().getName(), file.getPath().toString()));
    return new TinyImageNet(
        source,
        files.limits(),
        classes,
        classes.stream().map(wnid -> RawPart.whole(new Path(train, wnid).toString())).toList(),
        outside.kinds());
  }

  /**
   * Checks that all folders of classes are classes.
   *
   * @param where the folder around them with what separates it from them, for messages
   */
  static void requireListed(Collection<String> folders, Collection<String> classes, String where) {
    for (String folder : folders) {
      if (!classes.contains(folder)) {
        throw new BadInputException(
            "%s%s is no class of %s; add its name there, or remove the folder"
                .formatted(where, folder, CLASSES));
      }
    }
  }

  private static TinyImageNet validation(
      RawFiles files, DatasetSource source, List<String> classes, Path folder) throws IOException {
    List<Annotation> listed = annotations(files, folder, classes);
    Set<String> names = new HashSet<>();
    listed.forEach(one -> names.add(one.file()));
    ClassContent content = ClassContent.of(files, new Path(folder, IMAGES));
    PassedOverTally outside = content.passedOver();
    content.images().stream()
        .filter(image -> !names.contains(image.getName()))
        .forEach(image -> outside.add(PassedOverTally.UNLISTED, image.toString()));
    return new TinyImageNet(
        source, files.limits(), classes, validationParts(folder, listed.size()), outside.kinds());
  }

  private static List<RawPart> validationParts(Path folder, long images) {
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
  public RawCount count(Configuration configuration, RawPart part) throws IOException {
    RawCount count =
        isValidation()
            ? RawDataset.super.count(configuration, part)
            : ClassContent.count(new RawFiles(configuration, limits), new Path(part.location()));
    return part.equals(parts.get(0)) ? count.with(outside) : count;
  }

  @Override
  public RawRecords open(Configuration configuration, RawPart part, RawContent content)
      throws IOException {
    RawFiles files = new RawFiles(configuration, limits);
    Path folder = new Path(part.location());
    List<ImageFiles.LabelledFile> found =
        isValidation()
            ? validation(files, folder, part)
            : ImageFiles.ofClass(folder.getName(), ClassContent.of(files, folder));
    return new ImageFiles(files, found.iterator(), content);
  }

  private boolean isValidation() {
    return source.split().equals("val");
  }

  private List<ImageFiles.LabelledFile> validation(RawFiles files, Path folder, RawPart part)
      throws IOException {
    List<Annotation> listed = annotations(files, folder, classNames);
    return listed.subList((int) part.first(), (int) Math.min(part.end(), listed.size())).stream()
        .map(
            one ->
                new ImageFiles.LabelledFile(
                    one.className(), new Path(folder, IMAGES + "/" + one.file())))
        .toList();
  }

  private static List<Annotation> annotations(RawFiles files, Path folder, List<String> classes)
      throws IOException {
    Path annotations = new Path(folder, ANNOTATIONS);
    return annotations(text(files, annotations), classes, annotations.toString());
  }

  /** The class of a validation image. */
  record Annotation(String file, String className) {}

  /**
   * Reads the lines of val_annotations.txt.
   *
   * @param where the file, for messages
   * @throws BadInputException if there is none, or one names no class, or an image that another has
   *     named
   */
  static List<Annotation> annotations(String text, List<String> classes, String where) {
    Set<String> known = new HashSet<>(classes);
    Set<String> named = new HashSet<>();
    List<Annotation> annotations = new ArrayList<>();
    for (String line : text.lines().filter(one -> !one.isBlank()).toList()) {
      String[] fields = line.split("\t", -1);
      if (fields.length < 2 || !known.contains(fields[1])) {
        throw new BadInputException(
            "%s, line %s names no class of wnids.txt: '%s'"
                .formatted(where, annotations.size() + 1, line));
      }
      if (!named.add(fields[0])) {
        throw new BadInputException(
            "%s, line %s names image '%s' a second time; remove one of the lines"
                .formatted(where, annotations.size() + 1, fields[0]));
      }
      annotations.add(new Annotation(fields[0], fields[1]));
    }
    if (annotations.isEmpty()) {
      throw new BadInputException(where + " names no image; fetch the file again");
    }
    return annotations;
  }
}
