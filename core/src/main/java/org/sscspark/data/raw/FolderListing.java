package org.sscspark.data.raw;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;

/**
 * What a folder holds, sorted by name.
 *
 * @param files whole files that are not hidden
 * @param folders folders that are not hidden
 * @param hiddenFiles names that begin with a dot or two underscores
 * @param hiddenFolders names that begin with a dot or two underscores
 * @param dangling links that lead nowhere
 * @param special pipes, devices and the like, which have no content of their own
 */
record FolderListing(
    List<FileStatus> files,
    List<FileStatus> folders,
    List<Path> hiddenFiles,
    List<Path> hiddenFolders,
    List<Path> dangling,
    List<Path> special) {

  /**
   * Sorts what Hadoop found. Its local file system leaves out without a word what it cannot open,
   * so that is looked for here.
   *
   * @throws BadInputException if a name cannot be opened
   */
  static FolderListing of(Path folder, FileStatus[] found) throws IOException {
    List<FileStatus> sorted =
        Arrays.stream(found)
            .sorted(Comparator.comparing(status -> status.getPath().getName()))
            .toList();
    boolean local = RawFiles.isLocal(sorted.isEmpty() ? folder : sorted.get(0).getPath());
    List<FileStatus> special =
        local
            ? sorted.stream().filter(s -> !isHidden(s) && RawFiles.isSpecial(s)).toList()
            : List.of();
    return new FolderListing(
        sorted.stream()
            .filter(s -> !s.isDirectory() && !isHidden(s) && !special.contains(s))
            .toList(),
        sorted.stream().filter(s -> s.isDirectory() && !isHidden(s)).toList(),
        paths(sorted.stream().filter(s -> !s.isDirectory() && isHidden(s)).toList()),
        paths(sorted.stream().filter(s -> s.isDirectory() && isHidden(s)).toList()),
        local ? danglingLinks(folder, sorted) : List.of(),
        paths(special));
  }

  private static boolean isHidden(FileStatus status) {
    return RawFiles.isHidden(status.getPath().getName());
  }

  private static List<Path> paths(List<FileStatus> statuses) {
    return statuses.stream().map(FileStatus::getPath).toList();
  }

  private static List<Path> danglingLinks(Path folder, List<FileStatus> found) throws IOException {
    Set<String> known =
        found.stream().map(status -> status.getPath().getName()).collect(Collectors.toSet());
    List<Path> dangling = new ArrayList<>();
    try (DirectoryStream<java.nio.file.Path> children =
        Files.newDirectoryStream(java.nio.file.Path.of(folder.toUri().getPath()))) {
      for (java.nio.file.Path child : children) {
        // Of a name that cannot be decoded, the URI has the bytes all the same.
        String name = child.getFileName().toString();
        if (known.contains(name)) {
          continue;
        }
        if (Files.isSymbolicLink(child) && !Files.exists(child)) {
          dangling.add(new Path(folder, new Path(null, null, name)));
        } else if (Files.exists(child)) {
          throw new BadInputException(
              child.toUri().getPath().replaceFirst("/$", "")
                  + " cannot be opened: "
                  + encodingRemedy(System.getProperty("sun.jnu.encoding")));
        }
      }
    }
    dangling.sort(Comparator.comparing(Path::getName));
    return dangling;
  }

  /** What to do about a file name outside of the encoding that this process was started with. */
  static String encodingRemedy(String encoding) {
    return "this process reads file names as "
        + encoding
        + "; start it with LC_ALL=C.UTF-8 (executors with spark.executorEnv.LC_ALL=C.UTF-8), "
        + "or rename the file";
  }
}
