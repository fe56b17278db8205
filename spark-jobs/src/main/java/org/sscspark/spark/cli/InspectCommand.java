package org.sscspark.spark.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.config.Location;
import org.sscspark.data.Dataset;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.ShardCache;
import org.sscspark.network.NetworkJson;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.NetworkSummary;
import org.sscspark.report.NetworkBlocks;
import org.sscspark.spark.dataset.DatasetDescription;
import org.sscspark.spark.evaluate.CheckpointDescription;
import org.sscspark.spark.evaluate.FoundCheckpoint;
import org.sscspark.spark.evaluate.RunDescription;
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
      description = "Read all of a data set and compare checksums; a checkpoint's always are.")
  private boolean verify;

  @Override
  protected void run() throws IOException {
    Configuration configuration = hadoop();
    URI uri = Location.of(location);
    FileSystem fileSystem = Storage.fileSystem(configuration, uri);
    Path path = new Path(uri);
    if (fileSystem.exists(new Path(path, DatasetManifest.FILE_NAME))) {
      printDataset(configuration, uri);
    } else if (RunDirectory.isRun(fileSystem, path)) {
      RunDescription run = RunDescription.of(RunDirectory.existing(fileSystem, path));
      print(run.json(), run.text());
    } else if (fileSystem.exists(new Path(path, PruneCommand.OUTCOME_FILE))) {
      printPruned(fileSystem, path);
    } else {
      CheckpointDescription checkpoint =
          CheckpointDescription.of(FoundCheckpoint.single(configuration, uri));
      print(checkpoint.json(), checkpoint.text());
    }
  }

  private void printPruned(FileSystem fileSystem, Path folder) throws IOException {
    NetworkSpec network =
        NetworkJson.read(text(fileSystem, new Path(folder, PruneCommand.NETWORK_FILE)));
    String outcome = text(fileSystem, new Path(folder, PruneCommand.OUTCOME_FILE));
    print(new ObjectMapper().readTree(outcome), NetworkBlocks.text(NetworkSummary.of(network)));
  }

  private static String text(FileSystem fileSystem, Path file) throws IOException {
    try (InputStream in = fileSystem.open(file)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private void printDataset(Configuration configuration, URI uri) {
    // Without a cache, so that what is verified is what is stored.
    Dataset dataset = Dataset.open(configuration, uri, new ShardCache(0));
    DatasetDescription description =
        verify
            ? DatasetDescription.verified(uri, dataset, progress())
            : DatasetDescription.of(uri, dataset.manifest());
    print(description, description.text());
  }
}
