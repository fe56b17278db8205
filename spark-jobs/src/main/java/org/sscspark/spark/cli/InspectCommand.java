package org.sscspark.spark.cli;

import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.config.Location;
import org.sscspark.data.Dataset;
import org.sscspark.data.ShardCache;
import org.sscspark.spark.dataset.DatasetDescription;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a location holds. */
@Command(name = "inspect", description = "Says what a data set is, and whether it is intact.")
final class InspectCommand extends SscCommand {
  @Parameters(paramLabel = "URI", description = "The folder of a data set.")
  private String location;

  @Option(names = "--verify", description = "Read everything and compare checksums.")
  private boolean verify;

  @Override
  void run() {
    URI uri = Location.of(location);
    // Without a cache, so that what is verified is what is stored.
    Dataset dataset = Dataset.open(new Configuration(), uri, new ShardCache(0));
    DatasetDescription description =
        verify
            ? DatasetDescription.verified(uri, dataset, progress())
            : DatasetDescription.of(uri, dataset.manifest());
    print(description, description.text());
  }
}
