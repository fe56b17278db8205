package org.sscspark.storage;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A file that is read. Whatever fails is an IOException, on a local disk as well. */
public final class StoredInput extends FSInputStream {
  private final FSDataInputStream in;

  private StoredInput(FSDataInputStream in) {
    this.in = in;
  }

  /** Opens a file. */
  public static StoredInput open(FileSystem fileSystem, Path path) throws IOException {
    return new StoredInput(fileSystem.open(path));
  }

  @Override
  public int read() throws IOException {
    try {
      return in.read();
    } catch (FSError e) {
      throw LocalFailure.of(e);
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      return in.read(bytes, offset, length);
    } catch (FSError e) {
      throw LocalFailure.of(e);
    }
  }

  @Override
  public int read(long position, byte[] bytes, int offset, int length) throws IOException {
    try {
      return in.read(position, bytes, offset, length);
    } catch (FSError e) {
      throw LocalFailure.of(e);
    }
  }

  @Override
  public void readFully(long position, byte[] bytes, int offset, int length) throws IOException {
    try {
      in.readFully(position, bytes, offset, length);
    } catch (FSError e) {
      throw LocalFailure.of(e);
    }
  }

  @Override
  public long skip(long count) throws IOException {
    try {
      return in.skip(count);
    } catch (FSError e) {
      throw LocalFailure.of(e);
    }
  }

  @Override
  public int available() throws IOException {
    return in.available();
  }

  @Override
  public void seek(long position) throws IOException {
    in.seek(position);
  }

  @Override
  public long getPos() throws IOException {
    return in.getPos();
  }

  @Override
  public boolean seekToNewSource(long position) throws IOException {
    return in.seekToNewSource(position);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
