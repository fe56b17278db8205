package org.sscspark.spark.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.sscspark.report.Progress;

/** Progress with rate and time left, on a terminal or in a log. */
final class ConsoleProgress implements Progress {
  /** How a stage is shown. */
  enum Style {
    /** A line, and perhaps lines below it, that are overwritten: for terminals. */
    REDRAWN(200_000_000L),
    /** A line now and then and one at the end: for logs. */
    PLAIN_LINES(10_000_000_000L);

    private final long intervalNanos;

    Style(long intervalNanos) {
      this.intervalNanos = intervalNanos;
    }
  }

  // Of ECMA-48 and DEC's VT100. A terminal that wrapped long lines would lose count of them.
  private static final String CUT_LONG_LINES = "\u001b[?7l";
  private static final String WRAP_LONG_LINES = "\u001b[?7h";
  private static final String ERASE_TO_END_OF_LINE = "\u001b[K";
  private static final String ERASE_BELOW = "\u001b[J";
  private static final String LINES_UP = "\u001b[%dA";

  private final PrintWriter out;
  private final Style style;
  private final LongSupplier nanoTime;

  ConsoleProgress(PrintWriter out, Style style, LongSupplier nanoTime) {
    this.out = out;
    this.style = style;
    this.nanoTime = nanoTime;
  }

  @Override
  public Stage start(String name, long total, String unit) {
    return new ConsoleStage(name, total, unit);
  }

  private void write(String text) {
    synchronized (out) {
      out.print(text);
      out.flush();
    }
  }

  private final class ConsoleStage implements Stage {
    private final String name;
    private final String unit;
    private final long started = nanoTime.getAsLong();
    private long shown = started;
    private int linesBelow;
    private long total;
    private long done;
    private Supplier<String> detail = () -> "";

    ConsoleStage(String name, long total, String unit) {
      this.name = name;
      this.total = total;
      this.unit = unit;
    }

    @Override
    public synchronized void at(
        long nowDone, Supplier<String> nowDetail, Supplier<List<String>> lines) {
      done = nowDone;
      detail = nowDetail;
      long now = nanoTime.getAsLong();
      if (now - shown < style.intervalNanos) {
        return;
      }
      shown = now;
      switch (style) {
        case PLAIN_LINES -> write(line(now) + System.lineSeparator());
        case REDRAWN -> redraw(now, lines.get());
      }
    }

    @Override
    public synchronized void total(long units) {
      total = units;
    }

    @Override
    public synchronized void close() {
      long now = nanoTime.getAsLong();
      if (style == Style.REDRAWN) {
        redraw(now, List.of());
        write(System.lineSeparator());
      } else {
        write(line(now) + System.lineSeparator());
      }
    }

    private void redraw(long now, List<String> lines) {
      StringBuilder text = new StringBuilder(CUT_LONG_LINES);
      if (linesBelow > 0) {
        text.append(String.format(Locale.ROOT, LINES_UP, linesBelow));
      }
      text.append('\r').append(lines.isEmpty() ? line(now) : rate(now));
      text.append(ERASE_TO_END_OF_LINE);
      for (String line : lines) {
        text.append(System.lineSeparator()).append(line).append(ERASE_TO_END_OF_LINE);
      }
      write(text.append(ERASE_BELOW).append(WRAP_LONG_LINES).toString());
      linesBelow = lines.size();
    }

    private String line(long now) {
      String more = detail.get();
      return more.isEmpty() ? rate(now) : rate(now) + ", " + more;
    }

    private String rate(long now) {
      double seconds = Math.max(1e-9, (now - started) / 1e9);
      double rate = done / seconds;
      StringBuilder line = new StringBuilder(name).append(": ");
      if (total > 0) {
        line.append(
            String.format(Locale.ROOT, "%,d/%,d %s (%d%%)", done, total, unit, 100 * done / total));
      } else {
        line.append(String.format(Locale.ROOT, "%,d %s", done, unit));
      }
      if (done > 0) {
        String format = rate < 10 ? ", %.2f %s/s" : ", %,.0f %s/s";
        line.append(String.format(Locale.ROOT, format, rate, unit));
      }
      if (done > 0 && done < total) {
        line.append(", ").append(duration((total - done) / rate)).append(" left");
      } else {
        line.append(", ").append(duration(seconds));
      }
      return line.toString();
    }

    private static String duration(double seconds) {
      long whole = Math.round(seconds);
      if (whole < 60) {
        return whole + " s";
      }
      return whole < 3600
          ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
          : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
    }
  }
}
