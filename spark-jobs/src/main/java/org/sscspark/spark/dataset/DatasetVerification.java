package org.sscspark.spark.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Dataset;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.ShardFile;
import org.sscspark.report.Progress;
import org.sscspark.storage.Storage;

/** Compares a stored data set with what its manifest says of it, which takes reading all of it. */
record DatasetVerification(Configuration configuration, URI location, Dataset dataset) {

  /**
   * Reads the data set.
   *
   * @throws BadInputException naming the first shard that is missing or damaged, a file that is in
   *     the shards' folder and not in the manifest, or a class of which there are more or fewer
   *     images than the manifest says
   */
  void require(Progress progress) {
    requireNothingElse();
    DatasetManifest manifest = dataset.manifest();
    long[] counts = new long[manifest.classes().size()];
    try (Progress.Stage stage = progress.start("verify", manifest.shards().size(), "shards")) {
      for (int shard = 0; shard < manifest.shards().size(); shard++) {
        int[] labels =
            manifest.sizes().isOne()
                ? dataset.readShard(shard).labels()
                : dataset.readFiles(shard).labels();
        for (int label : labels) {
          counts[label]++;
        }
        stage.at(shard + 1L, "");
      }
    }
    requireCounts(manifest, counts);
  }

  private void requireCounts(DatasetManifest manifest, long[] counts) {
    for (int label = 0; label < counts.length; label++) {
      long told = manifest.classCounts().get(label);
      if (counts[label] != told) {
        throw new BadInputException(
            String.format(
                Locale.ROOT,
                "Data set %s has %,d images of class '%s' in its shards, but %,d in its %s; shard it again",
                location,
                counts[label],
                manifest.classes().get(label),
                told,
                DatasetManifest.FILE_NAME));
      }
    }
  }

  /** Who reads the shards' folder as a table would read such a file, too. */
  private void requireNothingElse() {
    FileSystem fileSystem = Storage.fileSystem(configuration, location);
    Path root = fileSystem.makeQualified(Storage.path(location));
    Set<Path> listed =
        dataset.manifest().shards().stream()
            .map(ShardFile::file)
            .map(file -> new Path(root, file))
            .collect(Collectors.toSet());
    Set<Path> folders = listed.stream().map(Path::getParent).collect(Collectors.toSet());
    try {
      for (Path folder : new TreeSet<>(folders)) {
        if (fileSystem.exists(folder)) {
          requireListed(fileSystem, folder, listed);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look at the shards of " + location, e);
    }
  }

  private void requireListed(FileSystem fileSystem, Path folder, Set<Path> listed)
      throws IOException {
    for (FileStatus child : fileSystem.listStatus(folder)) {
      Path path = child.getPath();
      // Spark passes over such names.
      if (path.getName().startsWith(".") || path.getName().startsWith("_")) {
        continue;
      }
      if (child.isDirectory()) {
        requireListed(fileSystem, path, listed);
      } else if (!listed.contains(path)) {
        throw new BadInputException(
            "%s is no shard of data set %s: its %s does not list it; remove the file"
                .formatted(path, location, DatasetManifest.FILE_NAME));
      }
    }
  }
}
