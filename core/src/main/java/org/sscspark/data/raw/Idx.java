package org.sscspark.data.raw;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.ReadLimits;
import org.sscspark.network.FeatureShape;

/**
 * The IDX format of MNIST, Fashion-MNIST and EMNIST (LeCun, Cortes and Burges): a file of images
 * [count, height, width] and a file of labels [count], either compressed or not. One channel; the
 * classes are the labels that occur, in the order of numbers.
 */
record Idx(
    DatasetSource source,
    ReadLimits limits,
    String images,
    String labels,
    FeatureShape shape,
    int count,
    List<String> classNames)
    implements RawDataset {
  private static final int IMAGES_MAGIC = 0x803;
  private static final int LABELS_MAGIC = 0x801;
  private static final int LABEL_VALUES = 256;

  static Idx open(Configuration configuration, URI location, String split, ReadLimits limits) {
    RawFiles files = new RawFiles(configuration, limits);
    FileStatus status = files.status(location);
    IdxFiles found = IdxFiles.find(files, status, split);
    try (DataInputStream imageIn = stream(files, found.images());
        DataInputStream labelIn = stream(files, found.labels())) {
      int[] dimensions = header(imageIn, found.images(), IMAGES_MAGIC, 3);
      int labelled = header(labelIn, found.labels(), LABELS_MAGIC, 1)[0];
      if (labelled != dimensions[0]) {
        throw new BadInputException(
            "%s has %s images, but %s has %s labels; fetch both files again"
                .formatted(found.images(), dimensions[0], found.labels(), labelled));
      }
      requireRoom(found.images(), dimensions[1], dimensions[2], limits);
      return new Idx(
          new DatasetSource("idx", status.getPath().toString(), split, ""),
          limits,
          found.images().toString(),
          found.labels().toString(),
          new FeatureShape(1, dimensions[1], dimensions[2]),
          labelled,
          occurring(labelIn, found.labels(), labelled));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + status.getPath(), e);
    }
  }

  private static void requireRoom(Path images, int height, int width, ReadLimits limits) {
    long pixels = (long) height * width;
    if (pixels > limits.pixels()) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s says that its images are %dx%d, and at most %,d pixels are read; see --max-pixels",
              images,
              height,
              width,
              limits.pixels()));
    }
  }

  /** Reads the labels piece by piece: what the header says of their number may be a lie. */
  private static List<String> occurring(DataInputStream in, Path labels, int count)
      throws IOException {
    BitSet occurring = new BitSet(LABEL_VALUES);
    byte[] piece = new byte[1 << 16];
    for (int read = 0; read < count; ) {
      int length;
      try {
        length = in.readNBytes(piece, 0, Math.min(piece.length, count - read));
      } catch (IOException e) {
        throw RawFiles.damaged(labels + ", record " + read, e);
      }
      if (length == 0) {
        checkRecord(read, count, labels, read);
      }
      for (int i = 0; i < length; i++) {
        occurring.set(piece[i] & 0xFF);
      }
      read += length;
    }
    requireEnd(in, labels, count);
    return occurring.stream().mapToObj(Integer::toString).toList();
  }

  private static DataInputStream stream(RawFiles files, Path path) throws IOException {
    try {
      return new DataInputStream(files.open(path));
    } catch (IOException e) {
      throw RawFiles.damaged(path.toString(), e);
    }
  }

  /** Opens a file at its first record. */
  private static DataInputStream records(RawFiles files, Path path, int magic, int dimensions)
      throws IOException {
    DataInputStream in = stream(files, path);
    try {
      header(in, path, magic, dimensions);
      return in;
    } catch (IOException | RuntimeException e) {
      RawFiles.closeAfter(e, in);
      throw e;
    }
  }

  private static int[] header(DataInputStream in, Path path, int magic, int dimensions)
      throws IOException {
    try {
      int found = in.readInt();
      if (found != magic) {
        throw new BadInputException(
            String.format(
                Locale.ROOT,
                "%s is no IDX file of unsigned bytes in %d dimensions: magic number 0x%x, expected 0x%x",
                path,
                dimensions,
                found,
                magic));
      }
      int[] sizes = new int[dimensions];
      for (int i = 0; i < dimensions; i++) {
        sizes[i] = in.readInt();
        if (sizes[i] < 1) {
          throw new BadInputException(
              path + " has a dimension of " + sizes[i] + "; fetch the file again");
        }
      }
      return sizes;
    } catch (IOException e) {
      throw RawFiles.damaged(path.toString(), e);
    }
  }

  /**
   * Checks that a file holds no more than its header says, which also reads to the end what a
   * compression checks there.
   */
  private static void requireEnd(InputStream in, Path path, int count) throws IOException {
    int next;
    try {
      next = in.read();
    } catch (IOException e) {
      throw RawFiles.damaged(path + ", after record " + (count - 1), e);
    }
    if (next >= 0) {
      throw new BadInputException(
          "%s holds more than the %s records that its header says; fetch the file again"
              .formatted(path, count));
    }
  }

  private static void checkRecord(int read, int expected, Path path, long record) {
    if (read < expected) {
      throw new BadInputException(
          "%s, record %s is truncated: %s of %s bytes; fetch the file again"
              .formatted(path, record, read, expected));
    }
  }

  @Override
  public Optional<List<String>> classes() {
    return Optional.of(classNames);
  }

  @Override
  public Optional<FeatureShape> rawShape() {
    return Optional.of(shape);
  }

  @Override
  public List<RawPart> parts() {
    return List.of(RawPart.whole(images));
  }

  /** Reads the images as well, to find out whether they are all there. */
  @Override
  public RawCount count(Configuration configuration, RawPart part) throws IOException {
    SortedMap<String, Long> counts = new TreeMap<>();
    try (RawRecords records = open(configuration, part, RawContent.IMAGES)) {
      records.forEachRemaining(record -> counts.merge(record.className(), 1L, Long::sum));
    }
    return new RawCount(counts, List.of());
  }

  @Override
  public RawRecords open(Configuration configuration, RawPart part, RawContent content)
      throws IOException {
    RawFiles files = new RawFiles(configuration, limits);
    return new Pairs(files, content);
  }

  /** Images and labels side by side. */
  private final class Pairs extends RawRecords {
    private final Path imagePath = new Path(images);
    private final Path labelPath = new Path(labels);
    private final DataInputStream labelIn;
    private final DataInputStream imageIn;
    private final RawContent content;
    private int index;

    Pairs(RawFiles files, RawContent content) throws IOException {
      this.content = content;
      labelIn = records(files, labelPath, LABELS_MAGIC, 1);
      try {
        imageIn = records(files, imagePath, IMAGES_MAGIC, 3);
      } catch (IOException | RuntimeException e) {
        RawFiles.closeAfter(e, labelIn);
        throw e;
      }
    }

    @Override
    protected Optional<RawRecord> read() throws IOException {
      if (index == count) {
        requireEnd(labelIn, labelPath, count);
        if (content == RawContent.IMAGES) {
          requireEnd(imageIn, imagePath, count);
        }
        return Optional.empty();
      }
      byte[] label = bytes(labelIn, labelPath, 1);
      byte[] image =
          content == RawContent.IMAGES ? bytes(imageIn, imagePath, shape.size()) : new byte[0];
      String where = imagePath + ", record " + index;
      index++;
      return Optional.of(new RawRecord(Integer.toString(label[0] & 0xFF), where, image));
    }

    private byte[] bytes(InputStream in, Path path, int length) throws IOException {
      try {
        byte[] bytes = in.readNBytes(length);
        checkRecord(bytes.length, length, path, index);
        return bytes;
      } catch (IOException e) {
        throw RawFiles.damaged(path + ", record " + index, e);
      }
    }

    @Override
    public void close() throws IOException {
      try (labelIn;
          imageIn) {
        // Both are closed here, even if closing one fails.
      }
    }
  }
}
