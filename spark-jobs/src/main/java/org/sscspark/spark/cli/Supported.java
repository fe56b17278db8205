package org.sscspark.spark.cli;

import java.util.Optional;

/**
 * Which Java, Scala and Spark this jar runs on. Looked at before any class of theirs is used, since
 * others end in a NoSuchMethodError somewhere.
 */
final class Supported {
  private static final int OLDEST_JAVA = 17;

  /** From 23 on, Hadoop 3.3 cannot tell who the user is. */
  private static final int NEWEST_JAVA = 22;

  private Supported() {}

  /** What is wrong with the process that runs, in one line; empty if nothing is. */
  static Optional<String> complaint() {
    return complaint(
        Runtime.version().feature(),
        scala.util.Properties.versionNumberString(),
        org.apache.spark.package$.MODULE$.SPARK_VERSION());
  }

  static Optional<String> complaint(int java, String scala, String spark) {
    if (java < OLDEST_JAVA || java > NEWEST_JAVA) {
      return Optional.of(
          "Java %s cannot run this: the Hadoop of Spark 3.5 needs Java 17 or 21; set JAVA_HOME"
              .formatted(java));
    }
    if (!scala.startsWith("2.12.") || !spark.startsWith("3.5.")) {
      return Optional.of(
          "Spark %s for Scala %s cannot run this jar, which is made for Spark 3.5 and Scala 2.12"
              .formatted(spark, scala));
    }
    return Optional.empty();
  }
}
