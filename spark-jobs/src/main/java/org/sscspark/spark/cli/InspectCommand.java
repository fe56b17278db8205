package org.sscspark.spark.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.data.Dataset;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.ShardCache;
import org.sscspark.network.NetworkSummary;
import org.sscspark.report.NetworkBlocks;
import org.sscspark.spark.dataset.DatasetDescription;
import org.sscspark.spark.evaluate.CheckpointDescription;
import org.sscspark.spark.evaluate.CheckpointSearch;
import org.sscspark.spark.evaluate.RunDescription;
import org.sscspark.spark.prune.PrunedFolder;
import org.sscspark.storage.Storage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a location holds. */
@Command(
    name = "inspect",
    description = "Says what a data set, a run, a checkpoint or a pruned network is.")
final class InspectCommand extends SscCommand {
  @Parameters(
      paramLabel = "URI",
      description = "The folder of a data set, a run or a checkpoint, or one that prune wrote.")
  private String location;

  @Option(
      names = "--verify",
      description =
          "Read all of a data set and compare checksums and counts; a checkpoint's always are.")
  private boolean verify;

  @Override
  protected void run() throws IOException {
    Configuration configuration = hadoop();
    URI uri = Location.of(location);
    FileSystem fileSystem = Storage.fileSystem(configuration, uri);
    Path path = new Path(uri);
    requireFolder(fileSystem, path);
    if (fileSystem.exists(new Path(path, DatasetManifest.FILE_NAME))) {
      printDataset(configuration, uri);
      return;
    }
    if (RunDirectory.isRun(fileSystem, path)) {
      RunDescription run = RunDescription.of(RunDirectory.existing(fileSystem, path));
      print(run.json(), run.text());
      return;
    }
    Optional<PrunedFolder> pruned = PrunedFolder.read(fileSystem, path);
    if (pruned.isPresent()) {
      print(pruned.get().outcome(), NetworkBlocks.text(NetworkSummary.of(pruned.get().network())));
      return;
    }
    CheckpointDescription checkpoint =
        CheckpointDescription.of(new CheckpointSearch(configuration).named(uri));
    print(checkpoint.json(), checkpoint.text());
  }

  /** What looks for files in a file ends with any exception. */
  private static void requireFolder(FileSystem fileSystem, Path path) throws IOException {
    String fault = "does not exist";
    try {
      if (fileSystem.getFileStatus(path).isDirectory()) {
        return;
      }
      fault = "is a file";
    } catch (FileNotFoundException e) {
      // Said below.
    }
    throw new BadInputException(
        "%s %s; give the folder of a data set, a run or a checkpoint, or one that prune wrote"
            .formatted(path, fault));
  }

  private void printDataset(Configuration configuration, URI uri) {
    // Without a cache, so that what is verified is what is stored.
    Dataset dataset = Dataset.open(configuration, uri, new ShardCache(0));
    DatasetDescription description =
        verify
            ? DatasetDescription.verified(configuration, uri, dataset, progress())
            : DatasetDescription.of(uri, dataset.manifest());
    print(description, description.text());
  }
}
