package org.sscspark.data.raw;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetSource;
import org.sscspark.network.FeatureShape;

/** Image files in a folder for each class: CLASS/NAME.jpg, or SPLIT/CLASS/NAME.jpg. */
record ImageFolder(DatasetSource source, List<String> classNames, List<RawPart> parts)
    implements RawDataset {

  static RawDataset open(Configuration configuration, URI location, String split) {
    RawFiles files = new RawFiles(configuration);
    FileStatus status = files.status(location);
    if (status.isFile()) {
      return new ImageArchive(
          new DatasetSource("image-folder", status.getPath().toString(), split, ""));
    }
    Path root = split.isEmpty() ? status.getPath() : splitFolder(files, status.getPath(), split);
    List<String> classes = new ArrayList<>();
    List<RawPart> parts = new ArrayList<>();
    for (FileStatus folder : files.list(root, FileStatus::isDirectory)) {
      classes.add(folder.getPath().getName());
      parts.add(RawPart.whole(folder.getPath().toString()));
    }
    if (classes.isEmpty()) {
      throw new BadInputException(
          root + " has no folder; image-folder expects one folder of images for each class");
    }
    return new ImageFolder(
        new DatasetSource("image-folder", status.getPath().toString(), split, ""), classes, parts);
  }

  private static Path splitFolder(RawFiles files, Path root, String split) {
    Path direct = new Path(root, split);
    if (files.exists(direct)) {
      return direct;
    }
    List<Path> nested =
        files.list(root, FileStatus::isDirectory).stream()
            .map(folder -> new Path(folder.getPath(), split))
            .filter(files::exists)
            .toList();
    if (nested.size() != 1) {
      throw new BadInputException(
          "%s has no folder '%s'; give a --split that is a folder there".formatted(root, split));
    }
    return nested.get(0);
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
  public RawRecords open(Configuration configuration, RawPart part, RawContent content) {
    RawFiles files = new RawFiles(configuration);
    Path folder = new Path(part.location());
    List<FileStatus> found =
        files.list(folder, f -> f.isFile() && ImageFiles.isImage(f.getPath().getName()));
    if (found.isEmpty()) {
      throw new BadInputException(
          folder
              + " has no .jpg, .jpeg or .png file, so its class is empty; remove the folder, "
              + "or give --split if the classes are folders below it");
    }
    return new ImageFiles(
        files,
        found.stream()
            .map(f -> new ImageFiles.LabelledFile(folder.getName(), f.getPath()))
            .iterator(),
        content);
  }
}
