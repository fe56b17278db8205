package org.sscspark.storage;

import static org.apache.hadoop.fs.CommonConfigurationKeysPublic.IO_FILE_BUFFER_SIZE_DEFAULT;
import static org.apache.hadoop.fs.CommonConfigurationKeysPublic.IO_FILE_BUFFER_SIZE_KEY;

import java.io.IOException;
import java.io.OutputStream;
import java.util.EnumSet;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.DistributedFileSystem;

/**
 * A new file while it is written, which can be forced to disk. Whatever fails is an IOException, on
 * a local disk as well.
 */
public final class DurableOutput extends OutputStream {
  private final FSDataOutputStream out;

  /** Whether closing forces the file, so that nothing else need. */
  private final boolean forcedByClosing;

  private DurableOutput(FSDataOutputStream out, boolean forcedByClosing) {
    this.out = out;
    this.forcedByClosing = forcedByClosing;
  }

  /**
   * Begins a file. Its folder is made if need be.
   *
   * @throws org.apache.hadoop.fs.FileAlreadyExistsException if it exists
   */
  public static DurableOutput create(FileSystem fileSystem, Path path) throws IOException {
    return fileSystem instanceof DistributedFileSystem
        ? new DurableOutput(createForced(fileSystem, path), true)
        : new DurableOutput(fileSystem.create(path, /* overwrite= */ false), false);
  }

  /**
   * Begins a file on HDFS of which data nodes force each block to disk when it is full or the file
   * is closed; {@code hsync} would force the last block alone, and asks the namenode once more.
   */
  private static FSDataOutputStream createForced(FileSystem hdfs, Path path) throws IOException {
    return hdfs.create(
        path,
        FsPermission.getFileDefault(),
        EnumSet.of(CreateFlag.CREATE, CreateFlag.SYNC_BLOCK),
        hdfs.getConf().getInt(IO_FILE_BUFFER_SIZE_KEY, IO_FILE_BUFFER_SIZE_DEFAULT),
        hdfs.getDefaultReplication(path),
        hdfs.getDefaultBlockSize(path),
        /* progress= */ null);
  }

  /** How many bytes were written. */
  public long position() {
    return out.getPos();
  }

  @Override
  public void write(int b) throws IOException {
    try {
      out.write(b);
    } catch (FSError e) {
      throw LocalFailure.of(e);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (FSError e) {
      throw LocalFailure.of(e);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (FSError e) {
      throw LocalFailure.of(e);
    }
  }

  /** Forces what was written to disk, where the file system can; to be closed afterwards. */
  public void force() throws IOException {
    try {
      if (!forcedByClosing && out.hasCapability(StreamCapabilities.HSYNC)) {
        out.hsync();
      }
    } catch (FSError e) {
      throw LocalFailure.of(e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      out.close();
    } catch (FSError e) {
      throw LocalFailure.of(e);
    }
  }
}
