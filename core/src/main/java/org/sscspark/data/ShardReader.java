package org.sscspark.data;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
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
    int size = manifest.shape().size();
    byte[] pixels = new byte[Math.multiplyExact(examples, size)];
    long[] ids = new long[examples];
    int[] labels = new int[examples];
    Optional<ImageDecoder> decoder =
        manifest.encoding() == ImageEncoding.ENCODED
            ? Optional.of(ImageDecoder.resizedTo(manifest.shape()))
            : Optional.empty();
    try (ParquetReader<ShardExample> reader = new Builder(new BytesInput(bytes)).build()) {
      for (int n = 0; n < examples; n++) {
        ShardExample example = reader.read();
        if (example == null) {
          throw damaged(where, "has %d examples, expected %d".formatted(n, examples));
        }
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
              "holds an image of %d bytes, expected %d for shape %s"
                  .formatted(image.length, size, manifest.shape()));
        }
        if (example.label() < 0 || example.label() >= manifest.classes().size()) {
          throw damaged(
              where,
              "holds label %d, but there are %d classes"
                  .formatted(example.label(), manifest.classes().size()));
        }
        System.arraycopy(image, 0, pixels, n * size, size);
        ids[n] = example.id();
        labels[n] = example.label();
      }
    }
    return new ImageBlock(manifest.shape(), pixels, ids, labels);
  }

  private static BadInputException damaged(String where, String what) {
    return new BadInputException("Shard " + where + " " + what + "; shard the data set again");
  }

  private static final class Builder extends ParquetReader.Builder<ShardExample> {
    Builder(InputFile file) {
      super(file);
    }

    @Override
    protected ReadSupport<ShardExample> getReadSupport() {
      return new Rows();
    }
  }

  private static final class Rows extends ReadSupport<ShardExample> {
    @Override
    public ReadContext init(InitContext context) {
      return new ReadContext(ShardExample.SCHEMA);
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

  /** Collects the three columns of a row. */
  private static final class Row extends RecordMaterializer<ShardExample> {
    private long id;
    private int label;
    private byte[] image;

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
      }
    };

    @Override
    public ShardExample getCurrentRecord() {
      return new ShardExample(id, label, image);
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
