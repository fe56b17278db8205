package org.sscspark.spark.trial;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** This machine's files as {@code counted:/...}, with a count of what each thread asks for. */
public final class CountedFileSystem extends RawLocalFileSystem {
  private static final URI NAME = URI.create("counted:///");
  private static final Map<Thread, AtomicLong> CALLS = new ConcurrentHashMap<>();

  /** Makes the scheme known. */
  public static void register(Configuration configuration) {
    configuration.setClass("fs.counted.impl", CountedFileSystem.class, FileSystem.class);
  }

  /** The calls of this thread so far. */
  public static long calls() {
    return CALLS.computeIfAbsent(Thread.currentThread(), unused -> new AtomicLong()).get();
  }

  private static void count() {
    CALLS.computeIfAbsent(Thread.currentThread(), unused -> new AtomicLong()).incrementAndGet();
  }

  @Override
  public URI getUri() {
    return NAME;
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    count();
    return super.open(path, bufferSize);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    count();
    return super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    count();
    return super.rename(from, to);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    count();
    return super.delete(path, recursive);
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    count();
    return super.listStatus(path);
  }

  @Override
  public boolean mkdirs(Path path) throws IOException {
    count();
    return super.mkdirs(path);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    count();
    return super.getFileStatus(path);
  }
}
