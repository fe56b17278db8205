package org.sscspark.data.raw;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.PassedOver;
import org.sscspark.data.ReadLimits;

/**
 * Image files in a folder for each class: CLASS/NAME.jpg, with any folders above and below the
 * class. Images are in the order of classes, and in a class in the order of their paths.
 *
 * @param outside what lies beside the class folders
 */
record ImageFolder(
    DatasetSource source,
    ReadLimits limits,
    List<String> classNames,
    List<RawPart> parts,
    List<PassedOver> outside)
    implements RawDataset {

  static RawDataset open(
      Configuration configuration, URI location, String split, ReadLimits limits) {
    RawFiles files = new RawFiles(configuration, limits);
    FileStatus status = files.status(location);
    try {
      return status.isFile()
          ? ImageArchive.open(files, status.getPath(), split)
          : ofFolder(files, status.getPath(), split);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + location, e);
    }
  }

  private static ImageFolder ofFolder(RawFiles files, Path top, String split) {
    String found = ClassFolders.root(new StoredFolders(files, top), split);
    Path root = below(top, found);
    FolderListing listing = files.list(root);
    List<String> classes = new ArrayList<>();
    List<RawPart> parts = new ArrayList<>();
    for (FileStatus folder : listing.folders()) {
      classes.add(folder.getPath().getName());
      parts.add(RawPart.whole(folder.getPath().toString()));
    }
    PassedOverTally outside = new PassedOverTally();
    outside.addUnseen(listing);
    for (FileStatus file : listing.files()) {
      String name = file.getPath().getName();
      if (ImageFiles.isImage(name)) {
        outside.addOutside(name, file.getPath().toString());
      } else {
        outside.addFile(name, file.getPath().toString());
      }
    }
    return new ImageFolder(
        new DatasetSource("image-folder", top.toString(), split, ""),
        files.limits(),
        classes,
        parts,
        outside.kinds());
  }

  /** A name with a colon is no URI. */
  private static Path below(Path top, String folder) {
    return folder.isEmpty() ? top : new Path(top, new Path(null, null, folder));
  }

  /** The folders of a file system, listed as they are asked for. */
  private record StoredFolders(RawFiles files, Path top) implements FolderTree {
    @Override
    public String location() {
      return top.toString();
    }

    private FolderListing list(String folder) {
      return files.list(below(top, folder));
    }

    @Override
    public List<String> folders(String folder) {
      return list(folder).folders().stream().map(s -> s.getPath().getName()).toList();
    }

    @Override
    public boolean hasImages(String folder) {
      return list(folder).files().stream()
          .anyMatch(file -> ImageFiles.isImage(file.getPath().getName()));
    }

    @Override
    public List<String> otherFiles(String folder) {
      return list(folder).files().stream()
          .map(file -> file.getPath().getName())
          .filter(name -> !ImageFiles.isImage(name))
          .toList();
    }
  }

  @Override
  public Optional<List<String>> classes() {
    return Optional.of(classNames);
  }

  @Override
  public RawCount count(Configuration configuration, RawPart part) {
    RawCount count =
        ClassContent.count(new RawFiles(configuration, limits), new Path(part.location()));
    return part.equals(parts.get(0)) ? count.with(outside) : count;
  }

  @Override
  public RawRecords open(Configuration configuration, RawPart part, RawContent content) {
    RawFiles files = new RawFiles(configuration, limits);
    Path folder = new Path(part.location());
    return new ImageFiles(
        files,
        ImageFiles.ofClass(folder.getName(), ClassContent.of(files, folder)).iterator(),
        content);
  }
}
