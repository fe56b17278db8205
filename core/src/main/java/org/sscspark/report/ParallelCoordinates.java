package org.sscspark.report;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Upright axes side by side and a line for each of some things: what values go together. Lines are
 * drawn in their order, so the last are on top.
 *
 * @param axes from left to right
 */
public record ParallelCoordinates(String title, List<Scale> axes, List<Line> lines)
    implements Chart {
  private static final double WIDTH = 900;
  private static final double HEIGHT = 320;
  private static final double TOP = 40;
  private static final double BOTTOM = HEIGHT - 30;
  private static final double LEFT = 60;
  private static final double RIGHT = WIDTH - 90;

  /** Where a line passes an axis on which it has no value: below its low end. */
  private static final double NONE = HEIGHT - 8;

  /** One axis. */
  public record Scale(String name, List<Mark> marks) {
    public Scale {
      marks = List.copyOf(marks);
    }
  }

  /**
   * A value written beside its axis.
   *
   * @param place from 0 at the low end to 1 at the high end
   */
  public record Mark(double place, String text) {}

  /** How a line is drawn. */
  public enum Style {
    FAINT,
    PLAIN,
    STRONG
  }

  /**
   * One thing.
   *
   * @param places on each axis, from 0 to 1; NaN where it has no value
   */
  public record Line(String name, Style style, List<Double> places) {
    public Line {
      places = List.copyOf(places);
    }
  }

  /**
   * Checks that every line has a place on every axis.
   *
   * @throws IllegalArgumentException if one has more or fewer places than there are axes
   */
  public ParallelCoordinates {
    axes = List.copyOf(axes);
    lines = List.copyOf(lines);
    for (Line line : lines) {
      if (line.places().size() != axes.size()) {
        throw new IllegalArgumentException(
            "Line %s has %s places, the chart %s axes"
                .formatted(line.name(), line.places().size(), axes.size()));
      }
    }
  }

  @Override
  public String svg() {
    Svg svg = new Svg(title, WIDTH, HEIGHT);
    for (Line line : lines) {
      svg.path(
          "line " + css(line.style()),
          across(),
          line.places().stream().mapToDouble(this::down).toArray());
    }
    for (int i = 0; i < axes.size(); i++) {
      double x = across()[i];
      svg.line("axis", x, TOP, x, BOTTOM);
      // Names stand on two levels, so that long ones do not meet.
      svg.text("name", x, i % 2 == 0 ? 12 : 28, Svg.Anchor.MIDDLE, axes.get(i).name());
      for (Mark mark : axes.get(i).marks()) {
        svg.line("axis", x - 3, down(mark.place()), x, down(mark.place()));
        svg.text("tick over", x + 5, down(mark.place()) + 4, Svg.Anchor.START, mark.text());
      }
    }
    for (Line line : lines) {
      if (line.style() != Style.FAINT) {
        int last = axes.size() - 1;
        svg.circle(
            "mark " + css(line.style()),
            across()[last],
            down(line.places().get(last)),
            3,
            line.name());
      }
    }
    if (lines.stream().anyMatch(line -> line.places().stream().anyMatch(place -> place.isNaN()))) {
      svg.text("tick", 0, NONE + 4, Svg.Anchor.START, "not set");
    }
    return svg.end();
  }

  private double[] across() {
    int gaps = Math.max(1, axes.size() - 1);
    return IntStream.range(0, axes.size())
        .mapToDouble(i -> LEFT + i * (RIGHT - LEFT) / gaps)
        .toArray();
  }

  private double down(double place) {
    return Double.isNaN(place) ? NONE : BOTTOM - place * (BOTTOM - TOP);
  }

  private static String css(Style style) {
    return switch (style) {
      case FAINT -> "c7 faint";
      case PLAIN -> "c0 thin";
      case STRONG -> "c1";
    };
  }
}
