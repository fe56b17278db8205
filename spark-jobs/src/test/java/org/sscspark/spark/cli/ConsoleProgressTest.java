package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.sscspark.report.Progress;
import org.sscspark.spark.cli.ConsoleProgress.Style;

class ConsoleProgressTest {
  private final StringWriter out = new StringWriter();
  private long now = 7;

  private Progress progress(Style style) {
    return new ConsoleProgress(new PrintWriter(out), style, () -> now);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void logsALineNowAndThenAndOneAtTheEnd() {
    try (Progress.Stage stage = progress(Style.PLAIN_LINES).start("epoch 1/2", 50_000, "images")) {
      pass(Duration.ofSeconds(1));
      stage.at(1_000, "loss 2.3");
      pass(Duration.ofSeconds(9));
      stage.at(10_000, "loss 2.1");
      pass(Duration.ofSeconds(40));
      stage.at(50_000, "");
    }
    assertThat(out.toString().lines())
        .containsExactly(
            "epoch 1/2: 10,000/50,000 images (20%), 1,000 images/s, 40 s left, loss 2.1",
            "epoch 1/2: 50,000/50,000 images (100%), 1,000 images/s, 50 s",
            "epoch 1/2: 50,000/50,000 images (100%), 1,000 images/s, 50 s");
  }

  @Test
  void redrawsOneLineOnATerminal() {
    try (Progress.Stage stage = progress(Style.REDRAWN_LINE).start("count", 0, "files")) {
      pass(Duration.ofMillis(100));
      stage.at(1, "");
      pass(Duration.ofMillis(400));
      stage.at(2, "");
      pass(Duration.ofMinutes(61));
    }
    assertThat(out.toString())
        .isEqualTo(
            "\rcount: 2 files, 4.00 files/s, 1 s\u001b[K"
                + "\rcount: 2 files, 0.00 files/s, 1 h 01 min\u001b[K"
                + System.lineSeparator());
  }

  @Test
  void minutesAreShownWithSeconds() {
    try (Progress.Stage stage = progress(Style.PLAIN_LINES).start("x", 100, "steps")) {
      pass(Duration.ofSeconds(10));
      stage.at(10, "");
    }
    assertThat(out.toString()).contains("x: 10/100 steps (10%), 1.00 steps/s, 1 min 30 s left");
  }
}
