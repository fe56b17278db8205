package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
    try (Progress.Stage stage = progress(Style.REDRAWN).start("count", 0, "files")) {
      pass(Duration.ofMillis(100));
      stage.at(1, "");
      pass(Duration.ofMillis(400));
      stage.at(2, "");
      pass(Duration.ofMinutes(61));
    }
    assertThat(out.toString())
        .isEqualTo(
            "\u001b[?7l\rcount: 2 files, 4.00 files/s, 1 s\u001b[K\u001b[J\u001b[?7h"
                + "\u001b[?7l\rcount: 2 files, 0.00 files/s, 1 h 01 min\u001b[K\u001b[J\u001b[?7h"
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

  /** Kind: time left for what will never come. */
  @Test
  void whatWillNotComeIsNotWaitedFor() {
    try (Progress.Stage stage = progress(Style.PLAIN_LINES).start("sweep", 4, "epochs")) {
      pass(Duration.ofSeconds(1));
      stage.total(2);
      stage.at(2, "");
    }
    assertThat(out.toString().lines())
        .containsExactly("sweep: 2/2 epochs (100%), 2.00 epochs/s, 1 s");
  }

  @Test
  void redrawsATableOnATerminalAndLeavesOneLine() {
    try (Progress.Stage stage = progress(Style.REDRAWN).start("sweep", 8, "epochs")) {
      for (int i = 1; i <= 2; i++) {
        String[] lines = i == 1 ? new String[] {"two", "lines"} : new String[] {"one"};
        pass(Duration.ofSeconds(1));
        stage.at(i, () -> "a detail", () -> List.of(lines));
      }
    }
    Screen screen = new Screen();
    screen.write(out.toString());
    assertThat(screen.lines())
        .containsExactly("sweep: 2/8 epochs (25%), 1.00 epochs/s, 6 s left, a detail", "");
    assertThat(screen.seen())
        .contains(
            List.of("sweep: 1/8 epochs (12%), 1.00 epochs/s, 7 s left", "two", "lines"),
            List.of("sweep: 2/8 epochs (25%), 1.00 epochs/s, 6 s left", "one"));
  }

  @Test
  void aLogHasTheDetailInPlaceOfATable() {
    try (Progress.Stage stage = progress(Style.PLAIN_LINES).start("sweep", 8, "epochs")) {
      pass(Duration.ofSeconds(10));
      stage.at(
          1,
          () -> "a detail",
          () -> {
            throw new AssertionError("nobody sees it");
          });
    }
    assertThat(out.toString().lines())
        .containsOnly("sweep: 1/8 epochs (12%), 0.10 epochs/s, 1 min 10 s left, a detail");
  }

  /** Kind: work for what nobody sees. */
  @ParameterizedTest
  @EnumSource
  void onlyWhatIsShownIsPutIntoWords(Style style) {
    List<Integer> asked = new ArrayList<>();
    try (Progress.Stage stage = progress(style).start("sweep", 8, "epochs")) {
      for (int i = 1; i <= 1000; i++) {
        int number = i;
        stage.at(
            i,
            () -> {
              asked.add(number);
              return "a detail";
            },
            () -> {
              asked.add(number);
              return List.of("a line");
            });
      }
      assertThat(asked).isEmpty();
      pass(Duration.ofSeconds(10));
      stage.at(1001, () -> String.valueOf(asked.add(1001)), () -> List.of("" + asked.add(1001)));
      assertThat(asked).containsExactly(1001);
      stage.at(1002, () -> String.valueOf(asked.add(1002)), List::of);
    }
    assertThat(asked).containsExactly(1001, 1002);
  }

  /** What a terminal shows, by the meaning of the few sequences that are used. */
  private static final class Screen {
    private static final Pattern PART =
        Pattern.compile("\u001b\\[(\\??)(\\d*)([A-Za-z])|\r\n|.", Pattern.DOTALL);
    private final List<StringBuilder> rows = new ArrayList<>(List.of(new StringBuilder()));
    private final List<List<String>> seen = new ArrayList<>();
    private int row;
    private int column;

    void write(String text) {
      Matcher part = PART.matcher(text);
      while (part.find()) {
        if (part.group(3) == null) {
          put(part.group());
        } else {
          control(part.group(1) + part.group(3), part.group(2));
        }
      }
    }

    private void put(String text) {
      if (text.endsWith("\n")) {
        row++;
        column = 0;
        if (row == rows.size()) {
          rows.add(new StringBuilder());
        }
      } else if (text.equals("\r")) {
        column = 0;
      } else {
        rows.get(row).replace(column, column + 1, text);
        column++;
      }
    }

    private void control(String kind, String number) {
      switch (kind) {
        case "A" -> row -= Integer.parseInt(number);
        case "K" -> rows.get(row).setLength(column);
        case "J" -> {
          rows.get(row).setLength(column);
          rows.subList(row + 1, rows.size()).clear();
          seen.add(lines());
        }
        case "?l", "?h" -> assertThat(number).isEqualTo("7");
        default -> throw new AssertionError(kind);
      }
    }

    List<String> lines() {
      return rows.stream().map(StringBuilder::toString).toList();
    }

    List<List<String>> seen() {
      return seen;
    }
  }
}
