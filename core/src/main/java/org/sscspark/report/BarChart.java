package org.sscspark.report;

import java.util.List;

/**
 * A horizontal bar for each of some things, with its value written beside it.
 *
 * @param full the value of a bar as long as its track
 */
public record BarChart(String title, List<Bar> bars, double full) implements Chart {
  private static final double WIDTH = 500;
  private static final double SHORTEST_TRACK = 160;
  private static final double LINE = 20;

  /**
   * One bar.
   *
   * @param value how long it is, in [0, full]
   * @param text the value as written
   */
  public record Bar(String name, double value, String text) {}

  public BarChart {
    bars = List.copyOf(bars);
    for (Bar bar : bars) {
      if (!(bar.value() >= 0 && bar.value() <= full)) {
        throw new IllegalArgumentException(
            "Bar " + bar.name() + " must be in [0, " + full + "], was " + bar.value());
      }
    }
  }

  /** A chart whose longest bar fills its track. */
  public static BarChart scaled(String title, List<Bar> bars) {
    double longest = bars.stream().mapToDouble(Bar::value).max().orElse(1);
    return new BarChart(title, bars, longest > 0 ? longest : 1);
  }

  @Override
  public String svg() {
    double left = 12 + Svg.CHARACTER_WIDTH * longest(bars.stream().map(Bar::name).toList());
    double beside = 10 + Svg.CHARACTER_WIDTH * longest(bars.stream().map(Bar::text).toList());
    double track = Math.max(SHORTEST_TRACK, WIDTH - left - beside);
    Svg svg = new Svg(title, left + track + beside, LINE * bars.size() + 4);
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      double top = LINE * i + 4;
      String tip = bar.name() + ": " + bar.text();
      svg.text("name", left - 10, top + 11, Svg.Anchor.END, bar.name());
      svg.rectangle("track", left, top, track, LINE - 6, 1, "");
      svg.rectangle("bar", left, top, track * bar.value() / full, LINE - 6, 1, tip);
      svg.text("tick", left + track + 8, top + 11, Svg.Anchor.START, bar.text());
    }
    return svg.end();
  }

  private static int longest(List<String> texts) {
    return texts.stream().mapToInt(String::length).max().orElse(0);
  }
}
