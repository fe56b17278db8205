package org.sscspark.spark.cli;

import org.apache.hadoop.security.UserGroupInformation;

/** A user whose number has no name on this machine, as in containers. */
final class Nameless {
  private static final String NAME = "HADOOP_USER_NAME";

  private Nameless() {}

  /**
   * Tells Hadoop who such a user is; others it asks the system for. Without it Hadoop, and with it
   * Spark, fail at the first file.
   */
  static void login() {
    String name = System.getenv(NAME);
    boolean isNameless = name != null && name.equals(System.getProperty("user.name"));
    if (isNameless && new com.sun.security.auth.module.UnixSystem().getUsername() == null) {
      UserGroupInformation.setLoginUser(UserGroupInformation.createRemoteUser(name));
    }
  }
}
