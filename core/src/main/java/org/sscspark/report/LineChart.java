package org.sscspark.report;

import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/** Values over a common horizontal axis: learning curves, or accuracy against size. */
public record LineChart(String title, Axis x, Axis y, List<Series> series) implements Chart {
  private static final double WIDTH = 480;
  private static final double HEIGHT = 300;
  private static final double LEFT = 52;
  private static final double RIGHT = WIDTH - 14;
  private static final double BOTTOM = HEIGHT - 40;
  private static final double LEGEND_LINE = 18;
  private static final double KEY_WIDTH = 22;

  /** How many colours the theme has. */
  public static final int COLOURS = 10;

  /** More points than this would hide their line. */
  private static final int MOST_MARKED = 20;

  /** How a series is drawn. */
  public enum Style {
    SOLID,
    DASHED,
    DASH_DOTTED,
    /** Thin and pale, without points on lines: many lines to see others against. */
    FAINT,
    /** Points without a line. */
    POINTS
  }

  /**
   * One value.
   *
   * @param std the standard deviation, drawn as a whisker above and below; 0 or NaN for none
   */
  public record Point(double x, double y, double std) {
    /** A value without a whisker. */
    public Point(double x, double y) {
      this(x, y, 0);
    }

    private boolean isSpread() {
      return std > 0;
    }

    private DoubleStream ends() {
      return isSpread() ? DoubleStream.of(y - std, y + std) : DoubleStream.of(y);
    }
  }

  /**
   * Values of one thing.
   *
   * @param colour which of the theme's colours, from 0; where they repeat, marks are rings and
   *     lines broken
   */
  public record Series(String name, int colour, Style style, List<Point> points) {
    public Series {
      points = List.copyOf(points);
    }

    private String css() {
      String again = colour < COLOURS ? "" : "again ";
      return again + "c" + colour % COLOURS;
    }
  }

  public LineChart {
    series = List.copyOf(series);
  }

  @Override
  public String svg() {
    Svg svg = new Svg(title, WIDTH, HEIGHT);
    double top = legend(svg) + 28;
    if (isEmpty()) {
      svg.text("label", LEFT + 8, (top + BOTTOM) / 2, Svg.Anchor.START, "Nothing measured yet");
    }
    Ticks across = ticks(x, point -> DoubleStream.of(point.x()));
    Ticks up = ticks(y, Point::ends);
    for (double value : up.values()) {
      double at = BOTTOM - up.position(value) * (BOTTOM - top);
      svg.line(value == up.low() ? "axis" : "grid", LEFT, at, RIGHT, at);
      svg.text("tick", LEFT - 8, at + 4, Svg.Anchor.END, up.label(value));
    }
    for (double value : across.values()) {
      double at = LEFT + across.position(value) * (RIGHT - LEFT);
      svg.line("axis", at, BOTTOM, at, BOTTOM + 4);
      below(svg, at, across.label(value));
    }
    svg.text("label", 0, top - 12, Svg.Anchor.START, y.label());
    svg.text("label", RIGHT, HEIGHT - 6, Svg.Anchor.END, x.label());
    for (Series one : series) {
      draw(svg, one, across, up, top);
    }
    return svg.end();
  }

  /** A label under a mark; at the right edge it ends there, or it would be cut off. */
  private static void below(Svg svg, double at, String label) {
    boolean fits = at + label.length() * Svg.CHARACTER_WIDTH / 2 <= WIDTH;
    svg.text(
        "tick", fits ? at : WIDTH, BOTTOM + 17, fits ? Svg.Anchor.MIDDLE : Svg.Anchor.END, label);
  }

  private boolean isEmpty() {
    return series.stream().allMatch(one -> one.points().isEmpty());
  }

  private Ticks ticks(Axis axis, Function<Point, DoubleStream> coordinates) {
    // Without values there are no factors between them.
    Axis drawn = isEmpty() ? Axis.linear(axis.label(), axis.format()) : axis;
    return Ticks.enclosing(
        drawn, series.stream().flatMap(s -> s.points().stream()).flatMapToDouble(coordinates));
  }

  private static void draw(Svg svg, Series series, Ticks across, Ticks up, double top) {
    int count = series.points().size();
    double[] left = new double[count];
    double[] down = new double[count];
    for (int i = 0; i < count; i++) {
      left[i] = LEFT + across.position(series.points().get(i).x()) * (RIGHT - LEFT);
      down[i] = BOTTOM - up.position(series.points().get(i).y()) * (BOTTOM - top);
    }
    boolean points = series.style() == Style.POINTS;
    if (!points) {
      svg.path(line(series), left, down);
    }
    for (int i = 0; i < count; i++) {
      if (isDrawn(left, down, i) && (isMarked(series) || isAlone(left, down, i))) {
        Point point = series.points().get(i);
        String tip = series.name() + ": " + across.label(point.x()) + ", " + exact(up, point.y());
        if (point.isSpread()) {
          double low = up.position(point.y() - point.std());
          double high = up.position(point.y() + point.std());
          double reach = BOTTOM - top;
          String whisker = "whisker " + series.css();
          svg.line(whisker, left[i], BOTTOM - low * reach, left[i], BOTTOM - high * reach);
        }
        svg.circle(mark(series), left[i], down[i], points ? 5 : 2.5, tip);
      }
    }
  }

  private static boolean isDrawn(double[] x, double[] y, int i) {
    return i >= 0 && i < x.length && Double.isFinite(x[i]) && Double.isFinite(y[i]);
  }

  /** Whether no line goes to a point, which shows by its mark only. */
  private static boolean isAlone(double[] x, double[] y, int i) {
    return !isDrawn(x, y, i - 1) && !isDrawn(x, y, i + 1);
  }

  private static boolean isMarked(Series series) {
    return switch (series.style()) {
      case POINTS -> true;
      case FAINT -> false;
      case SOLID, DASHED, DASH_DOTTED -> series.points().size() <= MOST_MARKED;
    };
  }

  /** One decimal more than the marks of the axis have. */
  private static String exact(Ticks ticks, double value) {
    return ticks.axis().format() == Axis.Format.PERCENT
        ? Figures.percent(value)
        : Figures.fixed(value, 4);
  }

  private static String mark(Series series) {
    return "mark " + series.css() + (series.style() == Style.FAINT ? " faint" : "");
  }

  private static String line(Series series) {
    return "line "
        + series.css()
        + switch (series.style()) {
          case DASHED -> " dashed";
          case DASH_DOTTED -> " dash-dotted";
          case FAINT -> " faint";
          case SOLID, POINTS -> "";
        };
  }

  /** Names of the series, in as many lines as they need; returns the height used. */
  private double legend(Svg svg) {
    double left = 0;
    double base = 12;
    for (Series one : series) {
      double width = KEY_WIDTH + 6 + one.name().length() * Svg.CHARACTER_WIDTH + 16;
      if (left > 0 && left + width > WIDTH) {
        left = 0;
        base += LEGEND_LINE;
      }
      if (one.style() == Style.POINTS) {
        svg.circle(mark(one), left + KEY_WIDTH / 2, base - 4, 5, "");
      } else {
        svg.line(line(one), left, base - 4, left + KEY_WIDTH, base - 4);
      }
      svg.text("name", left + KEY_WIDTH + 6, base, Svg.Anchor.START, one.name());
      left += width;
    }
    return series.isEmpty() ? 0 : base + 6;
  }
}
