package org.sscspark.data.raw;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.sscspark.config.BadInputException;

/** Small raw data sets in all formats. */
public final class RawFixtures {
  private RawFixtures() {}

  /** Checks that input is refused in one line that has these words. */
  static void assertBadInput(ThrowingCallable call, String... words) {
    assertThatThrownBy(call)
        .isInstanceOf(BadInputException.class)
        .message()
        .contains(words)
        .doesNotContain("\n");
  }

  /** Returns records of CIFAR's binary version; the pixels of record n are all n. */
  public static byte[] cifar(int labelBytes, int... labels) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int n = 0; n < labels.length; n++) {
      for (int i = 0; i < labelBytes; i++) {
        out.write(i == labelBytes - 1 ? labels[n] : 19);
      }
      for (int i = 0; i < 3072; i++) {
        out.write(n);
      }
    }
    return out.toByteArray();
  }

  /** Returns an image file of one colour. */
  public static byte[] image(String format, int width, int height, int rgb) {
    return image(format, BufferedImage.TYPE_INT_RGB, width, height, rgb);
  }

  /** Returns an image file of one colour and one of {@link BufferedImage}'s types. */
  public static byte[] image(String format, int type, int width, int height, int rgb) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, rgb);
      }
    }
    return encode(format, image);
  }

  public static byte[] encode(String format, BufferedImage image) {
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalArgumentException("No writer of " + format);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file, making its folders. */
  public static Path write(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  public static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  /** Returns a tar archive; a name that ends in a slash is a folder. */
  public static byte[] tar(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (Map.Entry<String, byte[]> file : entries.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(file.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(file.getValue());
        tar.closeArchiveEntry();
      }
    }
    return out.toByteArray();
  }

  /** Returns an IDX file: its magic number, its dimensions and its bytes. */
  public static byte[] idx(int magic, int[] dimensions, byte[] values) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(magic);
      for (int dimension : dimensions) {
        out.writeInt(dimension);
      }
      out.write(values);
    }
    return bytes.toByteArray();
  }
}
