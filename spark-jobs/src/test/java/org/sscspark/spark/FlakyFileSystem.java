package org.sscspark.spark;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * The local file system under the scheme {@code flaky}, on which the second time that a Parquet
 * file is opened can be made to fail.
 */
public final class FlakyFileSystem extends RawLocalFileSystem {
  private static final AtomicInteger OPENS = new AtomicInteger();
  private static volatile boolean failing;

  /** The same place under this scheme. */
  public static URI uri(URI local) {
    return URI.create("flaky:" + local.getPath());
  }

  /** Does something during which the second open fails. */
  public static <T> T failingSecondOpen(Supplier<T> work) {
    OPENS.set(0);
    failing = true;
    try {
      return work.get();
    } finally {
      failing = false;
    }
  }

  /** How often a Parquet file was opened since the failure was asked for. */
  public static int opens() {
    return OPENS.get();
  }

  @Override
  public URI getUri() {
    return URI.create("flaky:///");
  }

  @Override
  public void initialize(URI uri, Configuration configuration) throws IOException {
    super.initialize(URI.create("file:///"), configuration);
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    if (failing && path.getName().endsWith(".parquet") && OPENS.incrementAndGet() == 2) {
      throw new IOException("Injected failure");
    }
    return super.open(path, bufferSize);
  }

  @Override
  public File pathToFile(Path path) {
    return new File(path.toUri().getPath());
  }

  @Override
  protected void checkPath(Path path) {
    // Paths of both schemes reach here.
  }
}
