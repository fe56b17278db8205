package org.sscspark.data;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import org.sscspark.network.FeatureShape;

/**
 * Scales an image until it just covers a shape, and cuts out its centre. Data sets of one size are
 * made of these pixels and named by their checksum, so they stay what they are; {@link ImageScaler}
 * is for parts that are chosen anew in each epoch.
 */
final class CentreCut {
  private CentreCut() {}

  static BufferedImage of(BufferedImage image, FeatureShape shape) {
    int height = shape.height();
    int width = shape.width();
    double scale = Math.max((double) height / image.getHeight(), (double) width / image.getWidth());
    int scaledHeight = Math.max(height, (int) Math.round(image.getHeight() * scale));
    int scaledWidth = Math.max(width, (int) Math.round(image.getWidth() * scale));
    BufferedImage halved = halve(image, 2 * scaledWidth, 2 * scaledHeight);
    BufferedImage cut = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    draw(
        halved,
        cut,
        (width - scaledWidth) / 2,
        (height - scaledHeight) / 2,
        scaledWidth,
        scaledHeight);
    return cut;
  }

  /** Bilinear scaling looks at four pixels only, so large images are halved step by step first. */
  private static BufferedImage halve(BufferedImage image, int minWidth, int minHeight) {
    BufferedImage current = image;
    while (current.getWidth() >= minWidth && current.getHeight() >= minHeight) {
      BufferedImage half =
          new BufferedImage(
              current.getWidth() / 2, current.getHeight() / 2, BufferedImage.TYPE_INT_RGB);
      draw(current, half, 0, 0, half.getWidth(), half.getHeight());
      current = half;
    }
    return current;
  }

  private static void draw(
      BufferedImage from, BufferedImage to, int left, int top, int width, int height) {
    Graphics2D graphics = to.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(from, left, top, width, height, null);
    graphics.dispose();
  }
}
