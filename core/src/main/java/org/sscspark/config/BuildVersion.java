package org.sscspark.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which build this is.
 *
 * @param version of ssc-spark
 * @param dl4j version of DL4J and ND4J that it was built against
 */
public record BuildVersion(String version, String dl4j) {

  /** The build that is running. */
  public static BuildVersion current() {
    Properties properties = new Properties();
    try (InputStream in = BuildVersion.class.getResourceAsStream("build.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read build.properties of this jar", e);
    }
    return new BuildVersion(properties.getProperty("version"), properties.getProperty("dl4j"));
  }
}
