package org.sscspark.storage;

import java.io.IOException;
import java.io.OutputStream;

/** The bytes of one file. */
@FunctionalInterface
public interface FileContent {
  /** Writes all bytes; closing the stream is allowed and does nothing. */
  void writeTo(OutputStream out) throws IOException;
}
