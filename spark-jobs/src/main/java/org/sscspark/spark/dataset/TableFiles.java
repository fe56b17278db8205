package org.sscspark.spark.dataset;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.util.HadoopFSUtils;
import org.sscspark.config.BadInputException;
import org.sscspark.data.PassedOver;

/**
 * The Parquet files of a table by their names. Spark leaves out some of those that lie in a table's
 * folder without a word.
 *
 * @param table its folder
 * @param seen the files that are rows of the table, as far as their names say
 * @param hidden the files that nobody takes for a part of it
 */
record TableFiles(Path table, List<Path> seen, List<PassedOver> hidden) {
  /** Where a write keeps what is not complete, until its end. */
  private static final String UNFINISHED = "_temporary";

  /** The log of a table that was written as a stream, which says which files count. */
  private static final String STREAM = "_spark_metadata";

  TableFiles {
    seen = List.copyOf(seen);
    hidden = List.copyOf(hidden);
  }

  /**
   * Lists a table's files. None of one that is a file, or says itself which ones count.
   *
   * @throws BadInputException if one is empty, or the table was not written to its end
   */
  static TableFiles of(FileSystem fileSystem, Path table) throws IOException {
    if (fileSystem.getFileStatus(table).isFile() || fileSystem.exists(new Path(table, STREAM))) {
      return new TableFiles(table, List.of(), List.of());
    }
    Path unfinished = new Path(table, UNFINISHED);
    if (fileSystem.exists(unfinished)) {
      throw new BadInputException(
          "%s is of a write that has not come to its end, so rows may be missing; write the table again, or remove that folder if they are all there"
              .formatted(unfinished));
    }
    List<Path> seen = new ArrayList<>();
    List<String> hidden = new ArrayList<>();
    RemoteIterator<? extends FileStatus> files = fileSystem.listFiles(table, true);
    while (files.hasNext()) {
      FileStatus file = files.next();
      Path path = file.getPath();
      if (!TableFolder.isParquet(path)) {
        continue;
      }
      if (isHidden(table, path)) {
        hidden.add(path.toString());
        continue;
      }
      if (file.getLen() == 0) {
        throw new BadInputException(
            path + " is empty, and no Parquet file is; fetch or write it again, or remove it");
      }
      seen.add(path);
    }
    Collections.sort(seen);
    return new TableFiles(
        table,
        seen,
        hidden.isEmpty()
            ? List.of()
            : List.of(
                new PassedOver("hidden Parquet file", hidden.size(), Collections.min(hidden))));
  }

  /** Whether Spark hides a file or a folder around it. */
  private static boolean isHidden(Path table, Path file) {
    boolean hidden = false;
    for (Path path = file; path.depth() > table.depth(); path = path.getParent()) {
      hidden |= HadoopFSUtils.shouldFilterOutPathName(path.getName());
    }
    return hidden;
  }

  /**
   * Checks that all that are seen lie where Spark reads them.
   *
   * @param folders whose files it reads
   * @throws BadInputException naming one that it does not read
   */
  void requireAllIn(List<Path> folders) {
    // The same folder may be named with and without its machine.
    Set<String> places =
        folders.stream().map(folder -> folder.toUri().getPath()).collect(Collectors.toSet());
    for (Path file : seen) {
      if (!places.contains(file.getParent().toUri().getPath())) {
        throw new BadInputException(
            "%s is in the folder of table %s and no part of it: the files of a table lie in one folder, or in folders of the same columns, as label=3; put it there, or out of the folder"
                .formatted(file, table));
      }
    }
  }

  /** What is wrong where Spark reads none of the files. */
  String noneRead() {
    return seen.isEmpty()
        ? "%s has no Parquet file whose name, and whose folders' names, begin with neither _ nor a dot; give the folder of a table"
            .formatted(table)
        : "%s has no Parquet file at its top, and its folders are not named as those of a column, as label=3; give the folder of %s"
            .formatted(table, seen.get(0));
  }

  /** Two files in folders of different columns, or one of them where columns do not go. */
  String different() {
    Optional<Path> other =
        seen.stream().filter(file -> !columns(file).equals(columns(seen.get(0)))).findFirst();
    return seen.stream().findFirst().map(Path::toString).orElse("its files")
        + other.map(file -> " and " + file).orElse("");
  }

  private List<String> columns(Path file) {
    List<String> columns = new ArrayList<>();
    for (Path path = file.getParent(); path.depth() > table.depth(); path = path.getParent()) {
      columns.add(path.getName().replaceFirst("=.*", "="));
    }
    return columns;
  }
}
