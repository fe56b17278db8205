package org.sscspark.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.Syncable;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * Fails one file operation, counted from 0 over all kinds of operation, or does something else
 * before it.
 */
public final class FaultyFileSystem extends FilterFileSystem {
  /** How an operation fails. */
  public enum Fault {
    /** Others do something just before it. */
    RACE,
    /** It is not done and throws; later ones work. */
    REFUSED,
    /** It is done and throws; later ones work. */
    ANSWER_LOST,
    /** As REFUSED, but a folder that is renamed to a new place has one of its files there. */
    PARTIAL,
    /** Neither it nor any later one is done: the process or its network is gone. */
    CRASH
  }

  private final Fault fault;
  private final int failing;
  private final Runnable rivals;
  private final List<String> operations = new ArrayList<>();

  public FaultyFileSystem(FileSystem healthy, Fault fault, int failing) {
    this(healthy, fault, failing, () -> {});
  }

  /**
   * As the other one, with rivals.
   *
   * @param rivals what others do just before the operation
   */
  public FaultyFileSystem(FileSystem healthy, Fault fault, int failing, Runnable rivals) {
    super(healthy);
    this.rivals = rivals;
    this.fault = fault;
    this.failing = failing;
  }

  /** Whether the fault has happened. */
  public boolean fired() {
    return operations.size() > failing;
  }

  /** The operations so far, each in a word. */
  public List<String> operations() {
    return List.copyOf(operations);
  }

  /** One operation. */
  @FunctionalInterface
  private interface Operation<T> {
    T run() throws IOException;
  }

  private <T> T count(String name, Operation<T> operation) throws IOException {
    return count(name, operation, () -> false);
  }

  private <T> T count(String name, Operation<T> operation, Operation<Boolean> half)
      throws IOException {
    int number = operations.size();
    operations.add(name);
    boolean fails = fault == Fault.CRASH ? number >= failing : number == failing;
    if (number == failing) {
      rivals.run();
    }
    if (fault == Fault.RACE) {
      return operation.run();
    }
    if (fails && fault == Fault.ANSWER_LOST) {
      operation.run();
    }
    if (fails && fault == Fault.PARTIAL) {
      half.run();
    }
    if (fails) {
      throw new IOException("Injected failure of operation " + number + ", " + name);
    }
    return operation.run();
  }

  @Override
  public boolean mkdirs(Path path) throws IOException {
    return count("mkdirs", () -> fs.mkdirs(path));
  }

  @Override
  public boolean rename(Path source, Path target) throws IOException {
    return count("rename", () -> fs.rename(source, target), () -> copyOne(source, target));
  }

  private boolean copyOne(Path folder, Path target) throws IOException {
    if (!fs.getFileStatus(folder).isDirectory() || fs.exists(target)) {
      return false;
    }
    Path file = fs.listFiles(folder, /* recursive= */ true).next().getPath();
    String below = file.toUri().getPath().substring(folder.toUri().getPath().length() + 1);
    return FileUtil.copy(
        fs, file, fs, new Path(target, below), /* deleteSource= */ false, fs.getConf());
  }

  @Override
  @SuppressWarnings("deprecation")
  public void rename(Path source, Path target, Options.Rename... options) throws IOException {
    count(
        "rename",
        () -> {
          super.rename(source, target, options);
          return true;
        });
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    return count("delete", () -> fs.delete(path, recursive));
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    return count("list", () -> fs.listStatus(path));
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    return count("status", () -> fs.getFileStatus(path));
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    return count("open", () -> fs.open(path, bufferSize));
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
    FSDataOutputStream out =
        count(
            "create",
            () ->
                fs.create(
                    path, permission, overwrite, bufferSize, replication, blockSize, progress));
    return new FSDataOutputStream(new FaultyStream(out), null);
  }

  private final class FaultyStream extends OutputStream implements Syncable, StreamCapabilities {
    private final FSDataOutputStream out;

    FaultyStream(FSDataOutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      count(
          "write",
          () -> {
            out.write(bytes, offset, length);
            return length;
          });
    }

    @Override
    public void hflush() throws IOException {
      out.hflush();
    }

    @Override
    public void hsync() throws IOException {
      // Nobody cuts the power here, and a busy disk would take its time.
      count("hsync", () -> 0);
    }

    @Override
    public boolean hasCapability(String capability) {
      return out.hasCapability(capability);
    }

    @Override
    public void close() throws IOException {
      try {
        count("close", () -> 0);
      } finally {
        out.close();
      }
    }
  }
}
