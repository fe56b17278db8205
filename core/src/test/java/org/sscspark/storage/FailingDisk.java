package org.sscspark.storage;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.Seekable;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.Syncable;
import org.apache.hadoop.fs.permission.FsPermission;

/** A local disk that is full, or cannot be read, which Hadoop tells by an Error. */
public final class FailingDisk extends RawLocalFileSystem {
  private final AtomicLong room = new AtomicLong(Long.MAX_VALUE);
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger forced = new AtomicInteger();
  private volatile boolean forces = true;
  private volatile boolean unreadable;

  public FailingDisk() throws IOException {
    initialize(URI.create("file:///"), new Configuration());
  }

  /** Leaves room for so many more bytes. */
  public void fillUpTo(long bytes) {
    room.set(bytes);
  }

  /** Makes room again. */
  public void makeRoom() {
    room.set(Long.MAX_VALUE);
  }

  /** Makes all reading fail. */
  public void breakDown() {
    unreadable = true;
  }

  /** Makes the streams ones that do not know how to force. */
  public void withoutForcing() {
    forces = false;
  }

  /** How often a file was forced to disk. */
  public int forced() {
    return forced.get();
  }

  /** How many files are open for writing. */
  public int open() {
    return open.get();
  }

  /** Only Hadoop makes one. */
  static FSError error(String message) {
    try {
      Constructor<FSError> constructor = FSError.class.getDeclaredConstructor(Throwable.class);
      constructor.setAccessible(true);
      return constructor.newInstance(new IOException(message));
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  protected OutputStream createOutputStreamWithMode(
      Path path, boolean append, FsPermission permission) throws IOException {
    open.incrementAndGet();
    return new Output(super.createOutputStreamWithMode(path, append, permission));
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    return new FSDataInputStream(new Input(super.open(path, bufferSize)));
  }

  private final class Output extends OutputStream implements Syncable, StreamCapabilities {
    private final OutputStream out;

    Output(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    /** Writes as much as there is room for, as a disk does. */
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      long fitting = Math.min(length, room.getAndUpdate(left -> Math.max(0, left - length)));
      out.write(bytes, offset, (int) fitting);
      if (fitting < length) {
        throw error("No space left on device");
      }
    }

    @Override
    public void hflush() throws IOException {
      out.flush();
    }

    @Override
    public void hsync() {
      if (!forces) {
        throw new UnsupportedOperationException("hsync");
      }
      forced.incrementAndGet();
    }

    @Override
    public boolean hasCapability(String capability) {
      return forces && capability.equals(StreamCapabilities.HSYNC);
    }

    @Override
    public void close() throws IOException {
      open.decrementAndGet();
      out.close();
    }
  }

  private final class Input extends FilterInputStream implements Seekable, PositionedReadable {
    private final FSDataInputStream file;

    Input(FSDataInputStream file) {
      super(file);
      this.file = file;
    }

    private void requireReadable() {
      if (unreadable) {
        throw error("Input/output error");
      }
    }

    @Override
    public int read() throws IOException {
      requireReadable();
      return file.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      requireReadable();
      return file.read(bytes, offset, length);
    }

    @Override
    public long skip(long count) throws IOException {
      requireReadable();
      return file.skip(count);
    }

    @Override
    public int read(long position, byte[] bytes, int offset, int length) throws IOException {
      requireReadable();
      return file.read(position, bytes, offset, length);
    }

    @Override
    public void readFully(long position, byte[] bytes, int offset, int length) throws IOException {
      requireReadable();
      file.readFully(position, bytes, offset, length);
    }

    @Override
    public void readFully(long position, byte[] bytes) throws IOException {
      readFully(position, bytes, 0, bytes.length);
    }

    @Override
    public void seek(long position) throws IOException {
      file.seek(position);
    }

    @Override
    public long getPos() throws IOException {
      return file.getPos();
    }

    @Override
    public boolean seekToNewSource(long position) throws IOException {
      return file.seekToNewSource(position);
    }
  }
}
