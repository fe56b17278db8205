package org.sscspark.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/** Values over a common horizontal axis: learning curves, or accuracy against size. */
public record LineChart(String title, Axis x, Axis y, List<Series> series) implements Chart {
  private static final double WIDTH = 480;
  private static final double HEIGHT = 300;
  private static final double LEFT = 52;
  private static final double RIGHT = WIDTH - 14;
  private static final double BELOW = 40;

  /** Of what lies between the axes: below a long legend the picture is higher. */
  private static final double LEAST_PLOT = 150;

  private static final double LEGEND_LINE = 18;
  private static final double KEY_WIDTH = 22;

  /** How many colours the theme has. */
  public static final int COLOURS = 10;

  /** How many ways there are to draw one colour. */
  private static final int LOOKS = 4;

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
   *     lines broken, in another way each time up to {@link #LOOKS}
   */
  public record Series(String name, int colour, Style style, List<Point> points) {
    public Series {
      points = List.copyOf(points);
    }

    private String css() {
      int again = colour / COLOURS % LOOKS;
      return (again > 0 ? "again " : "")
          + (again > 1 ? "again" + again + " " : "")
          + "c"
          + colour % COLOURS;
    }
  }

  public LineChart {
    series = List.copyOf(series);
  }

  @Override
  public String svg() {
    List<Key> legend = legend();
    double top = 28 + (legend.isEmpty() ? 0 : legend.get(legend.size() - 1).base() + 6);
    double bottom = Math.max(HEIGHT - BELOW, top + LEAST_PLOT);
    Svg svg = new Svg(title, WIDTH, bottom + BELOW);
    legend.forEach(key -> draw(svg, key));
    if (isEmpty()) {
      svg.text("label", LEFT + 8, (top + bottom) / 2, Svg.Anchor.START, "Nothing measured yet");
    }
    Ticks across = ticks(x, point -> DoubleStream.of(point.x()));
    Ticks up = ticks(y, Point::ends);
    for (double value : up.values()) {
      double at = bottom - up.position(value) * (bottom - top);
      svg.line(value == up.low() ? "axis" : "grid", LEFT, at, RIGHT, at);
      svg.text("tick", LEFT - 8, at + 4, Svg.Anchor.END, up.label(value));
    }
    for (double value : across.values()) {
      double at = LEFT + across.position(value) * (RIGHT - LEFT);
      svg.line("axis", at, bottom, at, bottom + 4);
      below(svg, at, bottom, across.label(value));
    }
    svg.text("label", 0, top - 12, Svg.Anchor.START, y.label());
    svg.text("label", RIGHT, bottom + BELOW - 6, Svg.Anchor.END, x.label());
    tellLeftOut(svg, bottom);
    Plot plot = new Plot(across, up, top, bottom);
    series.forEach(one -> draw(svg, one, plot));
    return svg.end();
  }

  /** A label under a mark; at the right edge it ends there, or it would be cut off. */
  private static void below(Svg svg, double at, double bottom, String label) {
    boolean fits = at + label.length() * Svg.CHARACTER_WIDTH / 2 <= WIDTH;
    svg.text(
        "tick", fits ? at : WIDTH, bottom + 17, fits ? Svg.Anchor.MIDDLE : Svg.Anchor.END, label);
  }

  private boolean isEmpty() {
    return series.stream().allMatch(one -> one.points().isEmpty());
  }

  private Ticks ticks(Axis axis, Function<Point, DoubleStream> coordinates) {
    return Ticks.enclosing(
        axis, series.stream().flatMap(s -> s.points().stream()).flatMapToDouble(coordinates));
  }

  /** Says how many points there are no places for, as of networks of which nothing is left. */
  private void tellLeftOut(Svg svg, double bottom) {
    long left =
        series.stream()
            .flatMap(one -> one.points().stream())
            .filter(point -> Double.isFinite(point.x()) && !x.places(point.x()))
            .count();
    if (left > 0) {
      String said = left + (left == 1 ? " point" : " points") + " at 0, not on this axis";
      svg.text("tick", LEFT + 8, bottom - 8, Svg.Anchor.START, said);
    }
  }

  /** What lies between the axes. */
  private record Plot(Ticks across, Ticks up, double top, double bottom) {
    double left(double x) {
      return LEFT + across.position(x) * (RIGHT - LEFT);
    }

    double down(double y) {
      return bottom - up.position(y) * (bottom - top);
    }

    String tip(Point point) {
      return across.label(point.x()) + ", " + exact(up, point.y());
    }
  }

  private static void draw(Svg svg, Series series, Plot plot) {
    int count = series.points().size();
    double[] left = new double[count];
    double[] down = new double[count];
    for (int i = 0; i < count; i++) {
      left[i] = plot.left(series.points().get(i).x());
      down[i] = plot.down(series.points().get(i).y());
    }
    boolean points = series.style() == Style.POINTS;
    if (!points) {
      svg.path(line(series), left, down);
    }
    for (int i = 0; i < count; i++) {
      if (isDrawn(left, down, i) && (isMarked(series) || isAlone(left, down, i))) {
        Point point = series.points().get(i);
        String tip = series.name() + ": " + plot.tip(point);
        if (point.isSpread()) {
          double low = plot.down(point.y() - point.std());
          double high = plot.down(point.y() + point.std());
          svg.line("whisker " + series.css(), left[i], low, left[i], high);
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

  /** A series' name, after a piece of its line. */
  private record Key(Series series, double left, double base) {}

  /** The names of the series, in as many lines as they need. */
  private List<Key> legend() {
    List<Key> keys = new ArrayList<>();
    double left = 0;
    double base = 12;
    for (Series one : series) {
      double width = KEY_WIDTH + 6 + one.name().length() * Svg.CHARACTER_WIDTH + 16;
      if (left > 0 && left + width > WIDTH) {
        left = 0;
        base += LEGEND_LINE;
      }
      keys.add(new Key(one, left, base));
      left += width;
    }
    return keys;
  }

  private static void draw(Svg svg, Key key) {
    double left = key.left();
    double middle = key.base() - 4;
    if (key.series().style() == Style.POINTS) {
      svg.circle(mark(key.series()), left + KEY_WIDTH / 2, middle, 5, "");
    } else {
      svg.line(line(key.series()), left, middle, left + KEY_WIDTH, middle);
    }
    svg.text("name", left + KEY_WIDTH + 6, key.base(), Svg.Anchor.START, key.series().name());
  }
}
