package org.sscspark.data.raw;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;

/** The images of a class folder and of all folders below it, sorted by their path from there. */
final class ClassContent {
  private static final int DEEPEST = 32;

  private final RawFiles files;
  private final List<Image> images = new ArrayList<>();
  private final PassedOverTally passedOver = new PassedOverTally();

  private record Image(String name, Path path) {}

  private ClassContent(RawFiles files) {
    this.files = files;
  }

  static ClassContent of(RawFiles files, Path folder) {
    ClassContent content = new ClassContent(files);
    content.add(folder, "", 0);
    content.images.sort(Comparator.comparing(Image::name));
    return content;
  }

  /** Counts a class folder, whose name is the class. */
  static RawCount count(RawFiles files, Path folder) {
    ClassContent content = of(files, folder);
    return new RawCount(
        new TreeMap<>(Map.of(folder.getName(), (long) content.images.size())),
        content.passedOver.kinds());
  }

  private void add(Path folder, String name, int depth) {
    if (depth > DEEPEST) {
      throw new BadInputException(
          folder + " is nested too deep; remove it if it is a link to a folder around it");
    }
    FolderListing listing = files.list(folder);
    for (FileStatus file : listing.files()) {
      String fileName = file.getPath().getName();
      if (ImageFiles.isImage(fileName)) {
        images.add(new Image(FolderTree.child(name, fileName), file.getPath()));
      } else {
        passedOver.addFile(fileName, file.getPath().toString());
      }
    }
    passedOver.addUnseen(listing);
    for (FileStatus below : listing.folders()) {
      add(below.getPath(), FolderTree.child(name, below.getPath().getName()), depth + 1);
    }
  }

  List<Path> images() {
    return images.stream().map(Image::path).toList();
  }

  PassedOverTally passedOver() {
    return passedOver;
  }
}
