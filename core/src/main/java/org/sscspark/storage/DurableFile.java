package org.sscspark.storage;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Writing files so that they are on disk, and telling whether they still are what was written. */
public final class DurableFile {
  private static final int BUFFER_BYTES = 1 << 16;

  private DurableFile() {}

  /**
   * The same file system without Hadoop's own checksum files: they are renamed apart from their
   * files, and their streams cannot be forced to disk. What is written here has its own checksums.
   */
  public static FileSystem plain(FileSystem fileSystem) {
    return fileSystem instanceof ChecksumFileSystem checked
        ? checked.getRawFileSystem()
        : fileSystem;
  }

  /**
   * Writes a new file, forces it to disk where the file system can, and closes it. Its folder is
   * made if need be.
   */
  public static FileDigest write(FileSystem fileSystem, Path path, FileContent content)
      throws IOException {
    MessageDigest digest = Sha256.digest();
    long length;
    try (DurableOutput file = DurableOutput.create(fileSystem, path)) {
      OutputStream out =
          new BufferedOutputStream(new DigestOutputStream(file, digest), BUFFER_BYTES);
      content.writeTo(new Unclosable(out));
      out.flush();
      file.force();
      length = file.position();
    }
    return new FileDigest(path.getName(), length, Sha256.hex(digest));
  }

  /** Returns the SHA-256 of a file's bytes, 64 hexadecimal digits. */
  public static String sha256(FileSystem fileSystem, Path path) throws IOException {
    MessageDigest digest = Sha256.digest();
    try (InputStream in = new DigestInputStream(StoredInput.open(fileSystem, path), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return Sha256.hex(digest);
  }

  /** Leaves the closing, and with it the forcing to disk, to the one who opened. */
  private static final class Unclosable extends FilterOutputStream {
    Unclosable(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
