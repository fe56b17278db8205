package org.sscspark.spark.cli;

import org.sscspark.config.BuildVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    BuildVersion build = BuildVersion.current();
    return new String[] {
      "ssc " + build.version(),
      "Spark %s, DL4J %s, Java %s"
          .formatted(
              org.apache.spark.package$.MODULE$.SPARK_VERSION(),
              build.dl4j(),
              Runtime.version().toString())
    };
  }
}
