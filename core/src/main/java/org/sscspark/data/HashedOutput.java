package org.sscspark.data;

import java.io.IOException;
import java.security.MessageDigest;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.sscspark.storage.DurableOutput;
import org.sscspark.storage.Sha256;

/** A new file, as Parquet writes one, whose bytes are hashed while they are written. */
final class HashedOutput extends PositionOutputStream implements OutputFile {
  private final DurableOutput out;
  private final MessageDigest digest = Sha256.digest();
  private long position;
  private boolean closed;

  HashedOutput(DurableOutput out) {
    this.out = out;
  }

  /** Returns the checksum of what was written; call it once. */
  String sha256() {
    return Sha256.hex(digest);
  }

  @Override
  public long getPos() {
    return position;
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
    digest.update((byte) b);
    position++;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    digest.update(bytes, offset, length);
    position += length;
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  /** Makes the file durable, and closes it even if that fails; closing again does nothing. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try (out) {
        out.force();
      }
    }
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) {
    return this;
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) {
    return this;
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }
}
