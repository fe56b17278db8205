package org.sscspark.data.raw;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetSource;
import org.sscspark.network.FeatureShape;

/**
 * The IDX format of MNIST and Fashion-MNIST (LeCun, Cortes and Burges): a file of images [count,
 * height, width] and a file of labels [count], either compressed with gzip or not. One channel; the
 * classes are the labels 0 to the largest.
 */
record Idx(
    DatasetSource source, String images, String labels, FeatureShape shape, int count, int highest)
    implements RawDataset {
  private static final int IMAGES_MAGIC = 0x803;
  private static final int LABELS_MAGIC = 0x801;

  static Idx open(Configuration configuration, URI location, String split) {
    RawFiles files = new RawFiles(configuration);
    String prefix =
        switch (split) {
          case "", "train" -> "train";
          case "test" -> "t10k";
          default ->
              throw new BadInputException(
                  "Format idx has no split '" + split + "'; use train or test");
        };
    Path folder = files.status(location).getPath();
    Path images = find(files, folder, prefix + "-images[-.]idx3-ubyte(\\.gz)?");
    Path labels = find(files, folder, prefix + "-labels[-.]idx1-ubyte(\\.gz)?");
    try (DataInputStream imageIn = stream(files, images);
        DataInputStream labelIn = stream(files, labels)) {
      int[] dimensions = header(imageIn, images, IMAGES_MAGIC, 3);
      int labelled = header(labelIn, labels, LABELS_MAGIC, 1)[0];
      if (labelled != dimensions[0]) {
        throw new BadInputException(
            "%s has %d images, but %s has %d labels; fetch both files again"
                .formatted(images, dimensions[0], labels, labelled));
      }
      byte[] values = labelIn.readNBytes(labelled);
      checkRecord(values.length, labelled, labels, values.length);
      int highest = IntStream.range(0, values.length).map(n -> values[n] & 0xFF).max().orElse(0);
      return new Idx(
          new DatasetSource("idx", folder.toString(), split, ""),
          images.toString(),
          labels.toString(),
          new FeatureShape(1, dimensions[1], dimensions[2]),
          labelled,
          highest);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + folder, e);
    }
  }

  private static Path find(RawFiles files, Path folder, String pattern) {
    Pattern wanted = Pattern.compile(pattern);
    List<FileStatus> found =
        files.list(folder, f -> wanted.matcher(f.getPath().getName()).matches());
    if (found.isEmpty()) {
      throw new BadInputException(
          folder + " has no file named " + pattern + "; give the folder of the four IDX files");
    }
    return found.get(0).getPath();
  }

  private static DataInputStream stream(RawFiles files, Path path) throws IOException {
    try {
      return new DataInputStream(files.open(path));
    } catch (IOException e) {
      throw RawFiles.damaged(path.toString(), e);
    }
  }

  private static int[] header(DataInputStream in, Path path, int magic, int dimensions)
      throws IOException {
    try {
      int found = in.readInt();
      if (found != magic) {
        throw new BadInputException(
            "%s is no IDX file of unsigned bytes in %d dimensions: magic number 0x%x, expected 0x%x"
                .formatted(path, dimensions, found, magic));
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

  private static void checkRecord(int read, int expected, Path path, long record) {
    if (read < expected) {
      throw new BadInputException(
          "%s, record %d is truncated: %d of %d bytes; fetch the file again"
              .formatted(path, record, read, expected));
    }
  }

  @Override
  public Optional<List<String>> classes() {
    return Optional.of(IntStream.rangeClosed(0, highest).mapToObj(Integer::toString).toList());
  }

  @Override
  public Optional<FeatureShape> rawShape() {
    return Optional.of(shape);
  }

  @Override
  public List<RawPart> parts() {
    return List.of(RawPart.whole(images));
  }

  @Override
  public RawRecords open(Configuration configuration, RawPart part, RawContent content)
      throws IOException {
    RawFiles files = new RawFiles(configuration);
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
      labelIn = stream(files, labelPath);
      imageIn = stream(files, imagePath);
      header(labelIn, labelPath, LABELS_MAGIC, 1);
      header(imageIn, imagePath, IMAGES_MAGIC, 3);
    }

    @Override
    protected Optional<RawRecord> read() throws IOException {
      if (index == count) {
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
