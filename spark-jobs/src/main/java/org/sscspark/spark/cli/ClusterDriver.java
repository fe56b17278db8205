package org.sscspark.spark.cli;

/** What a driver knows of having been sent into the cluster; Spark makes it system properties. */
final class ClusterDriver {
  /** A settings file with its includes, as a {@link org.sscspark.config.SettingsBundle}. */
  static final String SETTINGS = "spark.ssc.settings";

  static final String DEPLOY_MODE = "spark.submit.deployMode";
  static final String CLUSTER = "cluster";

  private ClusterDriver() {}

  /** Whether the driver that runs here is one. */
  static boolean isThis() {
    return CLUSTER.equals(System.getProperty(DEPLOY_MODE));
  }

  /** Whether it is one inside YARN's application master. */
  static boolean isOnYarn() {
    return isThis() && "yarn".equals(System.getProperty("spark.master"));
  }
}
