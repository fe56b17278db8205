package org.sscspark.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.sscspark.storage.DurableOutput;

/**
 * Writes one shard as a Parquet file of uncompressed, plain pages. Equal examples give equal bytes
 * in every JVM. (Parquet's record writer does not: its footer lists encodings in the order of a
 * hash set of enum constants, so this class composes pages of one encoding itself.)
 */
public final class ShardWriter implements Closeable {
  private static final int ROW_GROUP_BYTES = 64 << 20;
  private static final int TRUNCATED_BYTES = 64;

  private final HashedOutput output;
  private final ParquetFileWriter writer;
  private final boolean ownSizes;
  private final ColumnPages ids;
  private final ColumnPages labels;
  private final ColumnPages images;
  private final ColumnPages heights;
  private final ColumnPages widths;
  private int examples;
  private int buffered;

  /**
   * Creates the file.
   *
   * @param sizes of all images of the data set
   * @throws org.apache.hadoop.fs.FileAlreadyExistsException if it exists
   */
  public ShardWriter(FileSystem fileSystem, Path file, ImageSizes sizes) throws IOException {
    this.ownSizes = !sizes.isOne();
    this.ids = column("id");
    this.labels = column("label");
    this.images = column("image");
    this.heights = column("height");
    this.widths = column("width");
    this.output = new HashedOutput(DurableOutput.create(fileSystem, file));
    this.writer =
        new ParquetFileWriter(
            output,
            ShardExample.schema(sizes),
            ParquetFileWriter.Mode.CREATE,
            ROW_GROUP_BYTES,
            0,
            TRUNCATED_BYTES,
            TRUNCATED_BYTES,
            false);
    writer.start();
  }

  private static ColumnPages column(String name) {
    return new ColumnPages(ShardExample.OWN_SIZES.getColumnDescription(new String[] {name}));
  }

  public void write(ShardExample example) throws IOException {
    ids.add(example.id());
    labels.add(example.label());
    images.add(Binary.fromConstantByteArray(example.image()));
    if (ownSizes) {
      heights.add(example.height());
      widths.add(example.width());
    }
    examples++;
    buffered++;
    if (images.bytes() >= ROW_GROUP_BYTES) {
      writeRowGroup();
    }
  }

  private void writeRowGroup() throws IOException {
    writer.startBlock(buffered);
    List<ColumnPages> columns =
        ownSizes ? List.of(ids, labels, images, heights, widths) : List.of(ids, labels, images);
    for (ColumnPages column : columns) {
      writer.startColumn(column.descriptor(), buffered, CompressionCodecName.UNCOMPRESSED);
      column.drainTo(writer);
      writer.endColumn();
    }
    writer.endBlock();
    buffered = 0;
  }

  /** Completes the file. */
  @Override
  public void close() throws IOException {
    try (output) {
      if (buffered > 0) {
        writeRowGroup();
      }
      writer.end(Map.of());
    }
  }

  /**
   * Describes the file, once closed.
   *
   * @param name the path below the data set's folder under which it will be found
   */
  public ShardFile description(String name) {
    return new ShardFile(name, examples, output.getPos(), output.sha256());
  }
}
