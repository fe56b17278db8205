package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.checkpoint.LogCapture;
import org.sscspark.exchange.OnnxFile;
import org.sscspark.exchange.PortableModel;
import org.sscspark.spark.evaluate.CheckpointChoice;
import org.sscspark.spark.evaluate.CheckpointSearch;
import org.sscspark.spark.evaluate.ParameterChoice;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TinyData;
import org.sscspark.training.MetricsJson;
import org.sscspark.training.TrainingState;

/** A run with a moving average of its parameters, taken from it by every command; ONNX files. */
class ParameterChoiceTest {
  @TempDir private static Path shared;
  private static Path test;
  private static Path run;
  private static JsonNode result;

  @TempDir private Path folder;

  @BeforeAll
  static void train() throws IOException {
    Path data = shared.resolve("data");
    test = shared.resolve("test");
    run = shared.resolve("run");
    TinyData.write(data, 53);
    TinyData.write(test, 31);
    List<Object> arguments = new ArrayList<>(List.of("--data", data, "--out", run));
    arguments.addAll(Experiments.TINY);
    arguments.addAll(List.of("--test", test, "--json", "train.ema.decay=0.97"));
    result = ssc("train", arguments.toArray()).json();
  }

  private static Ended ssc(String command, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of(command, "--master", "local[2]"));
    arguments.addAll(Arrays.asList(more));
    return Ended.ssc(arguments.toArray());
  }

  private static TrainingState state() throws IOException {
    return new CheckpointSearch(new Configuration()).one(run.toUri()).model().state();
  }

  private JsonNode evaluated(Object... more) throws IOException {
    List<Object> arguments =
        new ArrayList<>(List.of("--checkpoint", run, "--data", test, "--json"));
    arguments.addAll(Arrays.asList(more));
    return ssc("evaluate", arguments.toArray()).json();
  }

  @Test
  void evaluateFindsWhatTrainingFoundOfTheAverage() throws IOException {
    JsonNode average = evaluated("--which", "last", "--parameters", "average");
    JsonNode trained = evaluated("--which", "last");

    assertThat(average.path("name").asText()).isEqualTo("run (average)");
    assertThat(average.path("accuracy").asDouble())
        .isEqualTo(result.path("averageTestAccuracy").asDouble());
    assertThat(average.path("loss").asDouble()).isNotEqualTo(trained.path("loss").asDouble());
  }

  /** The average's best is not always that of the trained parameters. */
  @Test
  void theBestIsThatOfTheParametersAskedFor() throws IOException {
    Path copy = folder.resolve("copy");
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(run.relativize(file).toString()));
      }
    }
    setAverageAccuracies(copy, 0.9, 0.1);
    long first = MetricsJson.read(metrics(copy, 1)).path("round").asLong();
    long second = MetricsJson.read(metrics(copy, 2)).path("round").asLong();
    assertThat(best(copy)).isEqualTo(first);
    setAverageAccuracies(copy, 0.1, 0.9);
    try (LogCapture log = new LogCapture(CheckpointSearch.class)) {
      assertThat(best(copy)).isEqualTo(second);
      assertThat(log.warnings()).isEmpty();
      Path kept = copy.resolve(String.format(Locale.ROOT, "checkpoints/round-%08d", second));
      Files.move(kept, folder.resolve("elsewhere"));
      assertThat(best(copy)).isEqualTo(first);
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .contains("best after round " + second + ", 90.0", "not kept; the best that is has 10.0");
    }
    Files.delete(copy.resolve("metrics/epoch-0001.jsonl"));
    Files.delete(copy.resolve("metrics/epoch-0002.jsonl"));
    assertThat(best(copy)).as("as trained, if nothing says more").isEqualTo(first);
  }

  private static long best(Path run) throws IOException {
    return new CheckpointSearch(
            new Configuration(), CheckpointChoice.BEST_OR_LAST, ParameterChoice.AVERAGE)
        .one(run.toUri())
        .checkpoint()
        .round();
  }

  private static String metrics(Path run, int epoch) throws IOException {
    return Files.readString(
        run.resolve(String.format(Locale.ROOT, "metrics/epoch-%04d.jsonl", epoch)));
  }

  private static void setAverageAccuracies(Path run, double... accuracies) throws IOException {
    for (int epoch = 1; epoch <= accuracies.length; epoch++) {
      String name = String.format(Locale.ROOT, "epoch-%04d.jsonl", epoch);
      ObjectNode line = (ObjectNode) MetricsJson.read(metrics(run, epoch));
      ((ObjectNode) line.path("averageEvaluation")).put("accuracy", accuracies[epoch - 1]);
      Files.writeString(run.resolve("metrics/" + name), line.toString());
      Files.deleteIfExists(run.resolve("metrics/." + name + ".crc"));
    }
  }

  private PortableModel exported(String name, Object... more) throws IOException {
    Path file = folder.resolve(name);
    List<Object> arguments =
        new ArrayList<>(List.of("export", "--checkpoint", run, "--onnx", file, "--json"));
    arguments.addAll(Arrays.asList(more));
    Ended.ssc(arguments.toArray()).json();
    try (InputStream in = Files.newInputStream(file)) {
      return OnnxFile.read(in, name);
    }
  }

  @Test
  void exportWritesTheOnesAskedFor() throws IOException {
    TrainingState state = state();
    assertThat(state.average()).isNotEqualTo(state.parameters()).isNotEmpty();
    assertThat(exported("a.onnx", "--parameters", "average").parameters())
        .isEqualTo(state.average());
    assertThat(exported("t.onnx").parameters()).isEqualTo(state.parameters());
    Ended.ssc(
            "export",
            "--checkpoint",
            run,
            "--model-zip",
            folder.resolve("a.zip"),
            "--parameters",
            "average")
        .isBadInput("--model-zip", "--parameters average");
  }

  private List<String> predicted(Object model, String name, Object... more) throws IOException {
    Path out = folder.resolve(name);
    List<Object> arguments =
        new ArrayList<>(
            List.of("--model", model, "--data", test, "--out", out, "--as", "json", "--json"));
    arguments.addAll(Arrays.asList(more));
    assertThat(ssc("predict", arguments.toArray()).json().path("images").asInt()).isEqualTo(31);
    List<String> rows = new ArrayList<>();
    try (Stream<Path> parts = Files.list(out)) {
      for (Path part : parts.filter(path -> path.toString().endsWith(".json")).toList()) {
        rows.addAll(Files.readAllLines(part));
      }
    }
    return rows.stream().sorted().toList();
  }

  /** Kind: one name for two sets, and for two sets of parameters. */
  @Test
  void theReportTellsWhatWasScoredOnWhat() throws IOException {
    Path report = folder.resolve("report.html");
    JsonNode unused =
        ssc(
                "evaluate",
                "--checkpoint",
                run,
                "--data",
                shared.resolve("data"),
                "--parameters",
                "average",
                "--json",
                "--report",
                report)
            .json();
    assertThat(report)
        .content()
        .contains(">run, tiny<", ">run, tiny, average<", ">run, training<")
        .contains("on the set that scored the run while it was trained, which is not the one");
  }

  @Test
  void predictTakesEitherAndAnOnnxFileOfThem() throws IOException {
    exported("a.onnx", "--parameters", "average");
    exported("t.onnx", "--weights", "sparse");
    List<String> average = predicted(run, "average", "--parameters", "average");
    List<String> trained = predicted(run, "trained");

    assertThat(average).hasSize(31).isNotEqualTo(trained);
    assertThat(predicted(folder.resolve("a.onnx"), "a")).isEqualTo(average);
    assertThat(predicted(folder.resolve("t.onnx"), "t")).isEqualTo(trained);
  }

  @Test
  void whatIsNotThereIsNamed() throws IOException {
    exported("t.onnx");
    Path plain = shared.resolve("plain");
    if (Files.notExists(plain)) {
      List<Object> arguments =
          new ArrayList<>(List.of("--data", shared.resolve("data"), "--out", plain));
      arguments.addAll(Experiments.TINY);
      arguments.add("train.epochs=1");
      assertThat(ssc("train", arguments.toArray()).exitCode()).isZero();
    }
    for (String command : new String[] {"evaluate", "predict"}) {
      List<Object> arguments = new ArrayList<>(List.of("--data", test, "--checkpoint", plain));
      if (command.equals("predict")) {
        arguments.addAll(List.of("--out", folder.resolve("out")));
      }
      arguments.addAll(List.of("--parameters", "average"));
      ssc(command, arguments.toArray())
          .isBadInput("has no moving average of its parameters", "train.ema.decay");
    }
    Path some = Files.createDirectory(folder.resolve("some"));
    Files.createSymbolicLink(some.resolve("plain"), plain);
    averagesOf(some)
        .isBadInput("No run in ", "has a moving average", "leave out --parameters average");
    Files.createSymbolicLink(some.resolve("with"), run);
    Ended both = averagesOf(some);
    assertThat(both.json().path("name").asText()).isEqualTo("with (average)");
    assertThat(both.json().path("leftOut")).singleElement().hasToString("\"plain\"");
    assertThat(both.err()).contains("Left out: plain: no moving average");
    onnx(folder.resolve("none.onnx")).isBadInput("Nothing is at", "none.onnx");
    onnx(folder.resolve("t.onnx"), "--parameters", "average").isBadInput("one set of parameters");
    onnx(folder.resolve("T.ONNX"), "--parameters", "average").isBadInput("one set of parameters");
    Path text = Files.writeString(folder.resolve("text.onnx"), "no model");
    onnx(text).isBadInput("text.onnx");
    Ended.ssc(
            "export",
            "--checkpoint",
            run,
            "--onnx",
            folder.resolve("folded.onnx"),
            "--batch-norm",
            "folded")
        .out();
    onnx(folder.resolve("folded.onnx")).isBadInput("export it with --batch-norm kept");
  }

  /** Kind: all refused for what one has not. */
  private static Ended averagesOf(Path folder) {
    return ssc(
        "evaluate", "--checkpoint", folder, "--data", test, "--json", "--parameters", "average");
  }

  private Ended onnx(Path model, Object... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("--model", model, "--data", test, "--out", folder.resolve("none")));
    arguments.addAll(Arrays.asList(more));
    return ssc("predict", arguments.toArray());
  }
}
