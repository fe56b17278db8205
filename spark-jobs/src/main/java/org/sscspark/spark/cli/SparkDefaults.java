package org.sscspark.spark.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.SparkConf;

/**
 * What ssc asks of Spark where nobody else has said anything: {@code conf/spark-defaults.conf} of
 * the launcher, or the copy in the jar where spark-submit is called by hand. The user's and the
 * cluster's own settings are left as they are; of Java's options ours come first, because Java goes
 * by the last it reads.
 */
final class SparkDefaults {
  /** The system property by which the launcher names its file. */
  static final String FILE = "ssc.spark-defaults";

  static final String DRIVER_JAVA_OPTIONS = "spark.driver.defaultJavaOptions";
  private static final String EXECUTOR_JAVA_OPTIONS = "spark.executor.defaultJavaOptions";
  private static final String RESOURCE = "spark-defaults.conf";

  /** What a driver that runs cannot be given any more. */
  private static final Set<String> AT_START = Set.of("spark.driver.memory", DRIVER_JAVA_OPTIONS);

  private static final Set<String> JAVA_OPTIONS =
      Set.of(DRIVER_JAVA_OPTIONS, EXECUTOR_JAVA_OPTIONS);

  private final Map<String, String> values;

  private SparkDefaults(Map<String, String> values) {
    this.values = values;
  }

  /** The file that the launcher names, else the jar's. */
  static SparkDefaults load() {
    try {
      String file = System.getProperty(FILE);
      if (file != null) {
        return parse(Files.readString(Path.of(file)));
      }
      try (InputStream in = SparkDefaults.class.getResourceAsStream(RESOURCE)) {
        return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read ssc's defaults for Spark", e);
    }
  }

  /** In the format of Spark's own file, which is that of Java's properties. */
  static SparkDefaults parse(String text) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(text));
    Map<String, String> values = new TreeMap<>();
    properties.forEach((key, value) -> values.put((String) key, ((String) value).strip()));
    return new SparkDefaults(values);
  }

  /** Completes the configuration of a driver that runs. */
  void complete(SparkConf conf) {
    values.forEach(
        (key, value) -> {
          if (JAVA_OPTIONS.contains(key) && !AT_START.contains(key)) {
            conf.set(key, merged(value, conf.get(key, "")));
          } else if (!AT_START.contains(key)) {
            conf.setIfMissing(key, value);
          }
        });
  }

  /**
   * What to add to the configuration of a driver that is to start elsewhere, so that it has all.
   *
   * @param given what the user and the cluster say
   */
  Map<String, String> missing(Map<String, String> given) {
    Map<String, String> missing = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          if (JAVA_OPTIONS.contains(key)) {
            missing.put(key, merged(value, given.getOrDefault(key, "")));
          } else if (!given.containsKey(key)) {
            missing.put(key, value);
          }
        });
    return missing;
  }

  private static String merged(String ours, String theirs) {
    return theirs.startsWith(ours) ? theirs : (ours + " " + theirs).strip();
  }
}
