package org.sscspark.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Counts over two sets of names, such as a confusion matrix: the darker a cell, the larger its part
 * of its row.
 *
 * @param rowLabel what the rows are
 * @param columnLabel what the columns are
 * @param names the names of the rows and of the columns
 * @param counts [row][column]
 */
public record HeatMap(
    String title, String rowLabel, String columnLabel, List<String> names, long[][] counts)
    implements Chart {
  /** With more names than this, neither names nor numbers can be read. */
  private static final int MOST_WRITTEN = 25;

  private static final double SMALL_SIDE = 420;
  private static final int LONGEST_NAME = 14;
  private static final int INK = 0x2a6fb8;

  /** From this part of a row on, a cell is dark enough for white figures. */
  private static final double DARK = 0.5;

  /**
   * Checks that the matrix is square.
   *
   * @throws IllegalArgumentException if there is not a row and a column for each name
   */
  public HeatMap {
    names = List.copyOf(names);
    counts = counts.clone();
    for (int row = 0; row < counts.length; row++) {
      counts[row] = counts[row].clone();
      if (counts.length != names.size() || counts[row].length != names.size()) {
        throw new IllegalArgumentException(
            title
                + " has "
                + names.size()
                + " names, but "
                + counts.length
                + " rows and "
                + counts[row].length
                + " columns in row "
                + row);
      }
    }
  }

  @Override
  public String svg() {
    return names.size() <= MOST_WRITTEN ? written() : painted();
  }

  private String written() {
    int size = names.size();
    double cell = Math.max(26, Math.min(40, SMALL_SIDE / size));
    int longest = names.stream().mapToInt(name -> shortened(name).length()).max().orElse(1);
    double left = 30 + longest * Svg.CHARACTER_WIDTH;
    double top = 30 + longest * Svg.CHARACTER_WIDTH * 0.9;
    Svg svg = new Svg(title, left + cell * size + longest * 3.2, top + cell * size + 2);
    svg.text("label", left, 12, Svg.Anchor.START, columnLabel + " \u2192");
    svg.text("label", left - 10, top - 8, Svg.Anchor.END, rowLabel + " \u2193");
    for (int row = 0; row < size; row++) {
      double middle = top + (row + 0.5) * cell + 4;
      svg.text("name", left - 10, middle, Svg.Anchor.END, shortened(names.get(row)));
      svg.upright("name", left + (row + 0.5) * cell + 4, top - 8, shortened(names.get(row)));
      for (int column = 0; column < size; column++) {
        double part = part(row, column);
        double x = left + column * cell;
        String tip =
            names.get(row)
                + " \u2192 "
                + names.get(column)
                + ": "
                + Figures.count(counts[row][column])
                + " ("
                + Figures.percent(part)
                + ")";
        svg.rectangle(
            "cell", x + 0.5, top + row * cell + 0.5, cell - 1, cell - 1, shade(part), tip);
        if (part >= 0.005) {
          svg.text(
              part > DARK ? "figure on" : "figure",
              x + cell / 2,
              middle,
              Svg.Anchor.MIDDLE,
              Figures.fixed(100 * part, 0));
        }
      }
    }
    return svg.end();
  }

  private String painted() {
    double left = 20;
    double top = 24;
    Svg svg = new Svg(title, left + SMALL_SIDE + 2, top + SMALL_SIDE + 2);
    svg.text("label", left, 12, Svg.Anchor.START, columnLabel + " \u2192");
    svg.text("label", 0, top + 12, Svg.Anchor.START, "\u2193");
    svg.rectangle("frame", left, top, SMALL_SIDE, SMALL_SIDE, 1, rowLabel + " from top to bottom");
    svg.image(left, top, SMALL_SIDE, SMALL_SIDE, "data:image/png;base64," + png());
    return svg.end();
  }

  private String png() {
    int size = names.size();
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_ARGB);
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        int alpha = (int) Math.round(255 * shade(part(row, column)));
        image.setRGB(column, row, alpha << 24 | INK);
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, "png", png)) {
        throw new IllegalStateException("This Java has no PNG writer");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(png.toByteArray());
  }

  private double part(int row, int column) {
    long total = 0;
    for (long count : counts[row]) {
      total += count;
    }
    return total == 0 ? 0 : (double) counts[row][column] / total;
  }

  /** The square root lets rare confusions be seen at all. */
  private static double shade(double part) {
    return Math.sqrt(part);
  }

  private static String shortened(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 1) + "\u2026";
  }
}
