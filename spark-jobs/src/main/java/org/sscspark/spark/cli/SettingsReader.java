package org.sscspark.spark.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.config.SettingsSource;

/**
 * Settings files of this machine and of all file systems that Hadoop knows.
 *
 * @param inCluster whether this is a driver inside the cluster, whose machine is not the user's
 */
record SettingsReader(Configuration hadoop, boolean inCluster) implements SettingsSource {
  private static final Set<String> NOT_HADOOPS = Set.of("file", "http", "https");

  @Override
  public Optional<String> read(URI location) {
    if (NOT_HADOOPS.contains(location.getScheme())) {
      Optional<String> text = LOCAL.read(location);
      if (text.isEmpty() && inCluster && location.getScheme().equals("file")) {
        throw new BadInputException(
            ("Settings file %s is not on the machine where the driver runs: put it where the cluster"
                    + " finds it (hdfs://...), or submit with submit/ssc, which sends it along")
                .formatted(location.getPath()));
      }
      return text;
    }
    Path path = new Path(location);
    try (InputStream in = path.getFileSystem(hadoop).open(path)) {
      return Optional.of(SettingsSource.text(in.readAllBytes()));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new BadInputException(
          "Cannot read settings file %s: %s".formatted(location, e.getMessage()), e);
    }
  }
}
