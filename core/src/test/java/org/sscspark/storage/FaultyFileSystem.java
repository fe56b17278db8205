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
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
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
    /** As REFUSED, but a folder that is renamed to a new place has its first file there, too. */
    PARTIAL,
    /** As PARTIAL, and where there are more files, the first is there only and the second, too. */
    PAGED,
    /** As REFUSED, but a folder that is renamed to a new place is there, and lacks a file here. */
    COPIED,
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
    return count(name, operation, () -> {});
  }

  /** What is done of an operation that is not done to its end. */
  @FunctionalInterface
  private interface Part {
    void run() throws IOException;
  }

  private <T> T count(String name, Operation<T> operation, Part half) throws IOException {
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
    if (fails) {
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
    return count("rename", () -> fs.rename(source, target), () -> copySome(source, target));
  }

  private void copySome(Path folder, Path target) throws IOException {
    boolean copies = fault == Fault.PARTIAL || fault == Fault.PAGED || fault == Fault.COPIED;
    if (!copies || !fs.getFileStatus(folder).isDirectory() || fs.exists(target)) {
      return;
    }
    List<Path> files = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> all = fs.listFiles(folder, /* recursive= */ true);
    while (all.hasNext()) {
      files.add(all.next().getPath());
    }
    files.sort(null);
    int copied = fault == Fault.PARTIAL ? 1 : fault == Fault.PAGED ? 2 : files.size();
    for (Path file : files.subList(0, Math.min(copied, files.size()))) {
      String below = file.toUri().getPath().substring(folder.toUri().getPath().length() + 1);
      FileUtil.copy(fs, file, fs, new Path(target, below), /* deleteSource= */ false, fs.getConf());
    }
    if (fault == Fault.COPIED || (fault == Fault.PAGED && files.size() > 1)) {
      fs.delete(files.get(0), /* recursive= */ false);
    }
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
