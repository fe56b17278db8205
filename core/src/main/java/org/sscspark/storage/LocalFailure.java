package org.sscspark.storage;

import java.io.IOException;
import org.apache.hadoop.fs.FSError;

/**
 * What fails in reading or writing a local file, a full disk included. Hadoop's local file system
 * throws it as an {@link FSError}, which is an Error that nobody catches who can handle a failure
 * of a file system; here it is the exception that it was.
 */
final class LocalFailure {
  private LocalFailure() {}

  /** The exception behind Hadoop's Error. */
  static IOException of(FSError error) {
    return error.getCause() instanceof IOException cause
        ? cause
        : new IOException(error.getMessage(), error);
  }
}
