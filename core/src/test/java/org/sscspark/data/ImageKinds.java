package org.sscspark.data;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.data.raw.RawFixtures;

/** An image file of each kind that is decoded. */
public final class ImageKinds {
  private static final int WIDTH = 37;
  private static final int HEIGHT = 21;

  private ImageKinds() {}

  /** Returns the files by what is special about each. */
  public static Map<String, byte[]> all() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    byte[] jpeg = RawFixtures.encode("jpg", picture(BufferedImage.TYPE_INT_RGB));
    files.put("baseline.jpg", jpeg);
    files.put("progressive.jpg", progressive());
    files.put("grey.jpg", RawFixtures.encode("jpg", picture(BufferedImage.TYPE_BYTE_GRAY)));
    files.put("cmyk.jpg", resource("cmyk.jpg"));
    files.put("ycck.jpg", resource("ycck.jpg"));
    files.put("profile.jpg", withProfile(jpeg));
    files.put("rgb.jpg", withAdobe(jpeg, 0));
    files.put("true.png", PlainPng.noise(WIDTH, HEIGHT, 3));
    files.put("true16.png", png(16, 2, 6 * WIDTH));
    files.put("grey16.png", png(16, 0, 2 * WIDTH));
    files.put("grey4.png", png(4, 0, (WIDTH + 1) / 2));
    files.put("grey1.png", png(1, 0, (WIDTH + 7) / 8));
    files.put("alpha.png", png(8, 6, 4 * WIDTH));
    files.put("grey-alpha.png", png(8, 4, 2 * WIDTH));
    files.put("palette.png", RawFixtures.encode("png", palette()));
    files.put("true.bmp", RawFixtures.encode("bmp", picture(BufferedImage.TYPE_INT_RGB)));
    for (int orientation = 2; orientation <= 8; orientation++) {
      files.put("turned-%s.jpg".formatted(orientation), oriented(jpeg, orientation));
      files.put(
          "turned-%s.png".formatted(orientation),
          oriented(PlainPng.noise(WIDTH, HEIGHT, orientation), orientation));
    }
    return files;
  }

  /** Returns a PNG of 8 bits with an image's pixels. */
  public static byte[] plain(DecodedImage image) {
    int width = image.shape().width();
    int height = image.shape().height();
    byte[] rows = new byte[height * (1 + 3 * width)];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < 3; channel++) {
          rows[y * (1 + 3 * width) + 1 + 3 * x + channel] =
              image.pixels()[(channel * height + y) * width + x];
        }
      }
    }
    return PlainPng.of(width, height, 8, 2, rows);
  }

  /** Returns a JPEG or PNG with an EXIF block that holds an orientation. */
  static byte[] oriented(byte[] file, int orientation) {
    return FileKind.of(file) == FileKind.PNG
        ? inserted(file, 33, PlainPng.chunk("eXIf", exif(orientation, ByteOrder.BIG_ENDIAN)))
        : inserted(
            file,
            2,
            segment(
                0xE1,
                inserted(
                    exif(orientation, ByteOrder.LITTLE_ENDIAN),
                    0,
                    "Exif\0\0".getBytes(StandardCharsets.US_ASCII))));
  }

  /** Returns a JPEG with a color profile that makes everything darker. */
  static byte[] withProfile(byte[] jpeg) {
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    byte[] name = "ICC_PROFILE\0\1\1".getBytes(StandardCharsets.US_ASCII);
    return inserted(jpeg, 2 + 18, segment(0xE2, inserted(profile, 0, name)));
  }

  /** Returns a JPEG with Adobe's segment in place of JFIF's. */
  static byte[] withAdobe(byte[] jpeg, int transform) {
    byte[] rest = Arrays.copyOfRange(jpeg, 2 + 18, jpeg.length);
    byte[] adobe = {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform};
    byte[] start = {jpeg[0], jpeg[1]};
    return inserted(inserted(rest, 0, segment(0xEE, adobe)), 0, start);
  }

  static byte[] resource(String name) {
    try (InputStream in = ImageKinds.class.getResourceAsStream("/images/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BufferedImage picture(int type) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
    paint(image);
    return image;
  }

  private static BufferedImage palette() {
    byte[][] bands = new byte[3][200];
    for (int i = 0; i < 200; i++) {
      bands[0][i] = (byte) (i * 7);
      bands[1][i] = (byte) (255 - i);
      bands[2][i] = (byte) (i * 31);
    }
    BufferedImage image =
        new BufferedImage(
            WIDTH,
            HEIGHT,
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(8, 200, bands[0], bands[1], bands[2]));
    paint(image);
    return image;
  }

  private static void paint(BufferedImage image) {
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        image.setRGB(x, y, 6 * x << 16 | 11 * y << 8 | (x * y % 7 < 3 ? 0 : 230));
      }
    }
  }

  private static byte[] progressive() {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam param = writer.getDefaultWriteParam();
    param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture(BufferedImage.TYPE_INT_RGB), null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  private static byte[] png(int depth, int colorType, int rowBytes) {
    byte[] rows = new byte[HEIGHT * (1 + rowBytes)];
    for (int at = 0; at < rows.length; at++) {
      rows[at] = (byte) (at % (1 + rowBytes) == 0 ? 0 : at * 89 ^ at >> 4);
    }
    return PlainPng.of(WIDTH, HEIGHT, depth, colorType, rows);
  }

  private static byte[] exif(int orientation, ByteOrder order) {
    return ByteBuffer.allocate(26)
        .order(order)
        .put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.US_ASCII))
        .putShort((short) 42)
        .putInt(8)
        .putShort((short) 1)
        .putShort((short) 0x0112)
        .putShort((short) 3)
        .putInt(1)
        .putShort((short) orientation)
        .putShort((short) 0)
        .putInt(0)
        .array();
  }

  private static byte[] segment(int marker, byte[] content) {
    return ByteBuffer.allocate(4 + content.length)
        .put((byte) 0xFF)
        .put((byte) marker)
        .putShort((short) (2 + content.length))
        .put(content)
        .array();
  }

  private static byte[] inserted(byte[] file, int at, byte[] more) {
    return ByteBuffer.allocate(file.length + more.length)
        .put(file, 0, at)
        .put(more)
        .put(file, at, file.length - at)
        .array();
  }
}
