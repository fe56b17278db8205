package org.sscspark.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.sscspark.config.BadInputException;
import org.sscspark.network.FeatureShape;

/** Reads a shard's Parquet file into an {@link ImageBlock}. */
final class ShardReader {
  private ShardReader() {}

  /**
   * Returns the images of a shard, decoded.
   *
   * @param bytes the file
   * @param where the file's name, for messages
   */
  static ImageBlock read(byte[] bytes, String where, DatasetManifest manifest, int examples)
      throws IOException {
    FeatureShape shape = manifest.shape();
    int size = shape.size();
    byte[] pixels = new byte[requireRoom(where, examples, size)];
    long[] ids = new long[examples];
    int[] labels = new int[examples];
    Optional<ImageDecoder> decoder =
        manifest.encoding() == ImageEncoding.ENCODED
            ? Optional.of(ImageDecoder.resizedTo(shape).withLimits(ReadLimits.none()))
            : Optional.empty();
    try (Rows rows = new Rows(bytes, where, manifest, ShardExample.ONE_SIZE)) {
      for (int n = 0; n < examples; n++) {
        ShardExample example = rows.next(n, examples);
        byte[] image =
            decoder.isEmpty()
                ? example.image()
                : decoder
                    .get()
                    .decode(example.image(), where + ", example " + example.id())
                    .pixels();
        if (image.length != size) {
          throw damaged(
              where,
              "holds an image of %s bytes, expected %s for shape %s"
                  .formatted(image.length, size, shape));
        }
        System.arraycopy(image, 0, pixels, n * size, size);
        ids[n] = example.id();
        labels[n] = example.label();
      }
      rows.requireEnd(examples);
    }
    return new ImageBlock(shape, pixels, ids, labels);
  }

  /** Returns the image files of a shard as they are. */
  static EncodedBlock readFiles(byte[] bytes, String where, DatasetManifest manifest, int examples)
      throws IOException {
    List<byte[]> files = new ArrayList<>(examples);
    long[] ids = new long[examples];
    int[] labels = new int[examples];
    int[] heights = new int[examples];
    int[] widths = new int[examples];
    boolean stored = hasSizes(bytes);
    try (Rows rows =
        new Rows(bytes, where, manifest, stored ? ShardExample.OWN_SIZES : ShardExample.ONE_SIZE)) {
      for (int n = 0; n < examples; n++) {
        ShardExample example = rows.next(n, examples);
        files.add(example.image());
        ids[n] = example.id();
        labels[n] = example.label();
        if (stored) {
          heights[n] = example.height();
          widths[n] = example.width();
        } else {
          ImageHeader header = ImageHeader.of(example.image());
          heights[n] = header.uprightHeight();
          widths[n] = header.uprightWidth();
        }
      }
      rows.requireEnd(examples);
    }
    return new EncodedBlock(List.copyOf(files), ids, labels, heights, widths);
  }

  private static boolean hasSizes(byte[] bytes) throws IOException {
    try (ParquetFileReader reader = ParquetFileReader.open(new BytesInput(bytes))) {
      return reader.getFileMetaData().getSchema().containsField("height");
    }
  }

  private static int requireRoom(String where, int examples, int size) {
    long bytes = (long) examples * size;
    if (bytes > ShardFile.MOST_BYTES) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "Shard %s has %,d bytes of pixels, more than fit into memory at once; use more shards",
              where,
              bytes));
    }
    return (int) bytes;
  }

  private static BadInputException damaged(String where, String what) {
    return new UnusableDataException("Shard " + where + " " + what + "; shard the data set again");
  }

  /** The rows of a shard, checked one by one. */
  private static final class Rows implements Closeable {
    private final String where;
    private final int classes;
    private final ParquetReader<ShardExample> reader;

    Rows(byte[] bytes, String where, DatasetManifest manifest, MessageType columns)
        throws IOException {
      this.where = where;
      this.classes = manifest.classes().size();
      this.reader = new Builder(new BytesInput(bytes), columns).build();
    }

    ShardExample next(int n, int examples) throws IOException {
      ShardExample example = reader.read();
      if (example == null) {
        throw damaged(where, "has %s examples, expected %s".formatted(n, examples));
      }
      if (example.label() < 0 || example.label() >= classes) {
        throw damaged(
            where, "holds label %s, but there are %s classes".formatted(example.label(), classes));
      }
      return example;
    }

    void requireEnd(int examples) throws IOException {
      if (reader.read() != null) {
        throw damaged(where, "has more examples than the %s expected".formatted(examples));
      }
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }

  private static final class Builder extends ParquetReader.Builder<ShardExample> {
    private final MessageType columns;

    Builder(InputFile file, MessageType columns) {
      super(file);
      this.columns = columns;
    }

    @Override
    protected ReadSupport<ShardExample> getReadSupport() {
      return new Reading(columns);
    }
  }

  private static final class Reading extends ReadSupport<ShardExample> {
    private final MessageType columns;

    Reading(MessageType columns) {
      this.columns = columns;
    }

    @Override
    public ReadContext init(InitContext context) {
      return new ReadContext(columns);
    }

    @Override
    public RecordMaterializer<ShardExample> prepareForRead(
        Configuration configuration,
        Map<String, String> metadata,
        MessageType fileSchema,
        ReadContext context) {
      return new Row();
    }
  }

  /** Collects the columns of a row. */
  private static final class Row extends RecordMaterializer<ShardExample> {
    private long id;
    private int label;
    private byte[] image;
    private int height;
    private int width;

    private final Converter[] columns = {
      new PrimitiveConverter() {
        @Override
        public void addLong(long value) {
          id = value;
        }
      },
      new PrimitiveConverter() {
        @Override
        public void addInt(int value) {
          label = value;
        }
      },
      new PrimitiveConverter() {
        @Override
        public void addBinary(Binary value) {
          image = value.getBytes();
        }
      },
      new PrimitiveConverter() {
        @Override
        public void addInt(int value) {
          height = value;
        }
      },
      new PrimitiveConverter() {
        @Override
        public void addInt(int value) {
          width = value;
        }
      }
    };

    @Override
    public ShardExample getCurrentRecord() {
      return new ShardExample(id, label, image, height, width);
    }

    @Override
    public GroupConverter getRootConverter() {
      return new GroupConverter() {
        @Override
        public Converter getConverter(int column) {
          return columns[column];
        }

        @Override
        public void start() {
          // The columns of the row before are overwritten.
        }

        @Override
        public void end() {
          // The row is complete.
        }
      };
    }
  }
}
