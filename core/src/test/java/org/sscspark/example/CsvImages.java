package org.sscspark.example;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.raw.RawContent;
import org.sscspark.data.raw.RawDataset;
import org.sscspark.data.raw.RawPart;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.data.raw.RawRecords;
import org.sscspark.network.FeatureShape;

/**
 * A format of a researcher's own: lines of a class name and the pixels of a grey image, with commas
 * between.
 */
public record CsvImages(String file, int height, int width) implements RawDataset {
  private static final long serialVersionUID = 1L;

  @Override
  public DatasetSource source() {
    return new DatasetSource("csv", file, "", "");
  }

  @Override
  public Optional<List<String>> classes() {
    return Optional.empty();
  }

  @Override
  public Optional<FeatureShape> rawShape() {
    return Optional.of(new FeatureShape(1, height, width));
  }

  @Override
  public List<RawPart> parts() {
    return List.of(new RawPart(file, 0, Long.MAX_VALUE));
  }

  @Override
  public RawRecords open(Configuration configuration, RawPart part, RawContent content)
      throws IOException {
    Path path = new Path(part.location());
    BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                path.getFileSystem(configuration).open(path), StandardCharsets.UTF_8));
    return new RawRecords() {
      private int line;

      @Override
      protected Optional<RawRecord> read() throws IOException {
        String text = lines.readLine();
        line++;
        return text == null ? Optional.empty() : Optional.of(record(text, file + ":" + line));
      }

      @Override
      public void close() throws IOException {
        lines.close();
      }
    };
  }

  private RawRecord record(String text, String where) {
    List<String> fields = List.of(text.split(","));
    byte[] image = new byte[height * width];
    if (fields.size() != 1 + image.length) {
      throw new BadInputException(
          "%s has %s fields, expected a class and %s pixels; correct the file"
              .formatted(where, fields.size(), image.length));
    }
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) Integer.parseInt(fields.get(1 + i));
    }
    return new RawRecord(fields.get(0), where, image);
  }
}
