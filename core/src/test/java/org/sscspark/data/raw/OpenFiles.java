package org.sscspark.data.raw;

import java.io.File;
import java.io.FilterInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.Seekable;

/** The local file system under the scheme {@code watched}, which knows what is open for reading. */
public final class OpenFiles extends RawLocalFileSystem {
  private static final List<String> OPEN = new CopyOnWriteArrayList<>();

  /** A configuration that knows the scheme. */
  static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.setClass("fs.watched.impl", OpenFiles.class, FileSystem.class);
    return configuration;
  }

  /** The same place under this scheme. */
  static URI uri(java.nio.file.Path local) {
    return URI.create("watched:" + local.toUri().getPath());
  }

  /** The names of the files that are open. */
  static List<String> names() {
    return List.copyOf(OPEN);
  }

  /** Forgets what others left open. */
  static void forget() {
    OPEN.clear();
  }

  @Override
  public URI getUri() {
    return URI.create("watched:///");
  }

  @Override
  public void initialize(URI uri, Configuration configuration) throws IOException {
    super.initialize(URI.create("file:///"), configuration);
  }

  @Override
  public File pathToFile(Path path) {
    return new File(path.toUri().getPath());
  }

  @Override
  protected void checkPath(Path path) {
    // Paths of both schemes reach here.
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    FSDataInputStream in = super.open(path, bufferSize);
    OPEN.add(path.getName());
    return new FSDataInputStream(new Input(in, path.getName()));
  }

  private static final class Input extends FilterInputStream
      implements Seekable, PositionedReadable {
    private final FSDataInputStream file;
    private final String name;

    Input(FSDataInputStream file, String name) {
      super(file);
      this.file = file;
      this.name = name;
    }

    @Override
    public int read(long position, byte[] bytes, int offset, int length) throws IOException {
      return file.read(position, bytes, offset, length);
    }

    @Override
    public void readFully(long position, byte[] bytes, int offset, int length) throws IOException {
      file.readFully(position, bytes, offset, length);
    }

    @Override
    public void readFully(long position, byte[] bytes) throws IOException {
      file.readFully(position, bytes);
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

    @Override
    public void close() throws IOException {
      OPEN.remove(name);
      file.close();
    }
  }
}
