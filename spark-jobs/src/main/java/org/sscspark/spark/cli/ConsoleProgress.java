package org.sscspark.spark.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.sscspark.report.Progress;

/** Progress with rate and time left, on a terminal or in a log. */
final class ConsoleProgress implements Progress {
  /** How a stage is shown. */
  enum Style {
    /** One line that is overwritten: for terminals. */
    REDRAWN_LINE(200_000_000L, "\r", "\u001b[K"),
    /** A line now and then and one at the end: for logs. */
    PLAIN_LINES(10_000_000_000L, "", System.lineSeparator());

    private final long intervalNanos;
    private final String prefix;
    private final String suffix;

    Style(long intervalNanos, String prefix, String suffix) {
      this.intervalNanos = intervalNanos;
      this.prefix = prefix;
      this.suffix = suffix;
    }
  }

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
    private final long total;
    private final String unit;
    private final long started = nanoTime.getAsLong();
    private long shown = started;
    private long done;
    private String detail = "";

    ConsoleStage(String name, long total, String unit) {
      this.name = name;
      this.total = total;
      this.unit = unit;
    }

    @Override
    public synchronized void at(long nowDone, String nowDetail) {
      done = nowDone;
      detail = nowDetail;
      long now = nanoTime.getAsLong();
      if (now - shown >= style.intervalNanos) {
        shown = now;
        write(style.prefix + line(now) + style.suffix);
      }
    }

    @Override
    public synchronized void close() {
      write(style.prefix + line(nanoTime.getAsLong()) + style.suffix);
      if (style == Style.REDRAWN_LINE) {
        write(System.lineSeparator());
      }
    }

    private String line(long now) {
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
      return detail.isEmpty() ? line.toString() : line.append(", ").append(detail).toString();
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
