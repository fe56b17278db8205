package org.sscspark.data.raw;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of a file as they are stored. Marks failures of the file system, so that they can be
 * told from complaints of what unpacks the bytes: both are IOExceptions.
 */
final class StoredStream extends FilterInputStream {
  StoredStream(InputStream in) {
    super(in);
  }

  /** A failure of the file system. */
  private static final class Failure extends IOException {
    private static final long serialVersionUID = 1L;

    Failure(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** Marks a failure of the file system. */
  static IOException failure(IOException cause) {
    return new Failure(cause);
  }

  /** Returns whether a file system's failure is behind an exception. */
  static boolean failed(Throwable exception) {
    for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
      if (cause instanceof Failure) {
        return true;
      }
    }
    return false;
  }

  @Override
  public int read() throws IOException {
    try {
      return super.read();
    } catch (IOException e) {
      throw new Failure(e);
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      return super.read(bytes, offset, length);
    } catch (IOException e) {
      throw new Failure(e);
    }
  }

  @Override
  public long skip(long count) throws IOException {
    try {
      return super.skip(count);
    } catch (IOException e) {
      throw new Failure(e);
    }
  }
}
