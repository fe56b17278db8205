package org.sscspark.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.EnumSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.util.Progressable;

/**
 * A {@link FaultyFileSystem} that is HDFS to whoever asks, as far as publications, texts and
 * checkpoints use it.
 */
public final class FaultyHdfs extends DistributedFileSystem {
  private final FaultyFileSystem files;

  private FaultyHdfs(FaultyFileSystem files) {
    this.files = files;
    setConf(files.getConf());
  }

  /** One on which nothing fails: this machine's files with the renames of HDFS. */
  public static FaultyHdfs healthy() throws IOException {
    ExactRenames local = new ExactRenames();
    local.initialize(URI.create("file:///"), new Configuration());
    return over(new FaultyFileSystem(local, FaultyFileSystem.Fault.RACE, Integer.MAX_VALUE));
  }

  /** One that fails as the other does, which is over HDFS, or over one of this kind. */
  public static FaultyHdfs over(FaultyFileSystem files) {
    return new FaultyHdfs(files);
  }

  /** A namenode does one rename at a time. */
  private static final class ExactRenames extends RawLocalFileSystem {
    @Override
    @SuppressWarnings("deprecation")
    public synchronized void rename(Path source, Path target, Options.Rename... options)
        throws IOException {
      java.nio.file.Path from = pathToFile(source).toPath();
      java.nio.file.Path to = pathToFile(target).toPath();
      if (!Files.exists(from)) {
        throw new FileNotFoundException("rename source " + source + " not found.");
      }
      boolean overwrite = Arrays.asList(options).contains(Options.Rename.OVERWRITE);
      if (Files.exists(to) && (!overwrite || Files.isDirectory(to))) {
        throw new FileAlreadyExistsException("rename destination " + target + " already exists");
      }
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  @Override
  public URI getUri() {
    return files.getUri();
  }

  @Override
  public Path getWorkingDirectory() {
    return files.getWorkingDirectory();
  }

  @Override
  public Path makeQualified(Path path) {
    return files.makeQualified(path);
  }

  @Override
  protected void checkPath(Path path) {
    // Those of the files below are ours.
  }

  @Override
  public short getDefaultReplication(Path path) {
    return 1;
  }

  @Override
  public long getDefaultBlockSize(Path path) {
    return 1 << 27;
  }

  @Override
  public boolean mkdirs(Path path) throws IOException {
    return files.mkdirs(path);
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    return files.mkdirs(path);
  }

  @Override
  public boolean rename(Path source, Path target) throws IOException {
    return files.rename(source, target);
  }

  @Override
  @SuppressWarnings("deprecation")
  public void rename(Path source, Path target, Options.Rename... options) throws IOException {
    files.rename(source, target, options);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    return files.delete(path, recursive);
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    return files.listStatus(path);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    return files.getFileStatus(path);
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    return files.open(path, bufferSize);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      EnumSet<CreateFlag> flags,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress,
      Options.ChecksumOpt checksums)
      throws IOException {
    if (!flags.contains(CreateFlag.SYNC_BLOCK)) {
      throw new IOException("Nobody would force " + path + " to disk");
    }
    return files.create(
        path,
        permission,
        flags.contains(CreateFlag.OVERWRITE),
        bufferSize,
        replication,
        blockSize,
        progress);
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
    return files.create(path, permission, overwrite, bufferSize, replication, blockSize, progress);
  }

  @Override
  public void close() {
    // There is no client.
  }
}
