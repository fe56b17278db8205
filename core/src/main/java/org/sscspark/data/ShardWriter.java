package org.sscspark.data;

import java.io.Closeable;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

/**
 * Writes one shard as a Parquet file. Equal examples give equal bytes: nothing is compressed, no
 * dictionary is built, and the footer holds no time or host.
 */
public final class ShardWriter implements Closeable {
  private static final int PAGE_BYTES = 1 << 20;
  private static final long ROW_GROUP_BYTES = 64L << 20;

  private final Path file;
  private final HashedOutput output;
  private final ParquetWriter<ShardExample> writer;
  private int examples;

  /**
   * Creates the file.
   *
   * @throws org.apache.hadoop.fs.FileAlreadyExistsException if it exists
   */
  public ShardWriter(FileSystem fileSystem, Path file) throws IOException {
    this.file = file;
    this.output = new HashedOutput(fileSystem.create(file, false));
    this.writer =
        new Builder(output)
            .withConf(new Configuration(false))
            .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
            .withDictionaryEncoding(false)
            .withPageSize(PAGE_BYTES)
            .withRowGroupSize(ROW_GROUP_BYTES)
            .build();
  }

  public void write(ShardExample example) throws IOException {
    writer.write(example);
    examples++;
  }

  /** Completes the file. */
  @Override
  public void close() throws IOException {
    writer.close();
  }

  /**
   * Describes the file, once closed.
   *
   * @param name the path below the data set's folder under which it will be found
   */
  public ShardFile description(String name) {
    return new ShardFile(name, examples, output.position, Sha256.hex(output.digest));
  }

  @Override
  public String toString() {
    return file.toString();
  }

  private static final class Builder extends ParquetWriter.Builder<ShardExample, Builder> {
    Builder(OutputFile file) {
      super(file);
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<ShardExample> getWriteSupport(Configuration configuration) {
      return new Columns();
    }
  }

  /** Says how an example becomes columns. */
  private static final class Columns extends WriteSupport<ShardExample> {
    private RecordConsumer consumer;

    @Override
    public WriteContext init(Configuration configuration) {
      return new WriteContext(ShardExample.SCHEMA, Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
      consumer = recordConsumer;
    }

    @Override
    public void write(ShardExample example) {
      consumer.startMessage();
      consumer.startField("id", 0);
      consumer.addLong(example.id());
      consumer.endField("id", 0);
      consumer.startField("label", 1);
      consumer.addInteger(example.label());
      consumer.endField("label", 1);
      consumer.startField("image", 2);
      consumer.addBinary(Binary.fromConstantByteArray(example.image()));
      consumer.endField("image", 2);
      consumer.endMessage();
    }
  }

  /** A file whose bytes are hashed while they are written. */
  private static final class HashedOutput extends PositionOutputStream implements OutputFile {
    private final FSDataOutputStream out;
    private final MessageDigest digest = Sha256.digest();
    private long position;

    HashedOutput(FSDataOutputStream out) {
      this.out = out;
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

    @Override
    public void close() throws IOException {
      out.hsync();
      out.close();
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
}
