package org.sscspark.checkpoint;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/** Writing files so that they are on disk, and telling whether they still are what was written. */
final class DurableFile {
  private static final int BUFFER_BYTES = 1 << 16;

  private DurableFile() {}

  /**
   * The same file system without Hadoop's own checksum files: they are renamed apart from their
   * files, and their streams cannot be forced to disk. What is written here has its own checksums.
   */
  static FileSystem plain(FileSystem fileSystem) {
    return fileSystem instanceof ChecksumFileSystem checked
        ? checked.getRawFileSystem()
        : fileSystem;
  }

  /** Writes a new file, forces it to disk where the file system can, and closes it. */
  static CheckpointManifest.Entry write(FileSystem fileSystem, Path path, FileContent content)
      throws IOException {
    MessageDigest digest = sha256();
    long length;
    try (FSDataOutputStream file = fileSystem.create(path, /* overwrite= */ false)) {
      OutputStream out =
          new BufferedOutputStream(new DigestOutputStream(file, digest), BUFFER_BYTES);
      content.writeTo(new Unclosable(out));
      out.flush();
      if (file.hasCapability(StreamCapabilities.HSYNC)) {
        file.hsync();
      }
      length = file.getPos();
    }
    return new CheckpointManifest.Entry(path.getName(), length, hex(digest));
  }

  /** Returns the SHA-256 of a file's bytes, 64 hexadecimal digits. */
  static String sha256(FileSystem fileSystem, Path path) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(fileSystem.open(path), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return hex(digest);
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
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
