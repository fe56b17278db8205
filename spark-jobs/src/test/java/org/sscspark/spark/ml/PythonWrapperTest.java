package org.sscspark.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.data.raw.RawFixtures;

/** The wrapper for PySpark: its params against the Java ones, and its example where PySpark is. */
class PythonWrapperTest {
  private static final Path PYTHON = Path.of("..", "submit", "python");
  private static final Pattern PARAM =
      Pattern.compile(
          "^    (\\w+) = _param\\(\\s*\"(\\w+)\",[^)]*TypeConverters\\.(\\w+)\\s*\\)",
          Pattern.MULTILINE);

  @TempDir private Path folder;

  private static List<String> params(Params stage) {
    return Arrays.stream(stage.params()).map(param -> param.name() + " " + type(param)).toList();
  }

  private static String type(Param<?> param) {
    if (param instanceof IntParam || param instanceof LongParam) {
      return "toInt";
    }
    if (param instanceof DoubleParam) {
      return "toFloat";
    }
    return param instanceof BooleanParam ? "toBoolean" : "toString";
  }

  @Test
  void itHasTheParamsOfTheJavaStages() throws IOException {
    String[] classes = Files.readString(PYTHON.resolve("sscspark.py")).split("\nclass ");
    List<String> shared = new ArrayList<>();
    List<String> own = new ArrayList<>();
    for (String text : classes) {
      Matcher params = PARAM.matcher(text);
      while (params.find()) {
        assertThat(params.group(1)).isEqualTo(params.group(2));
        (text.startsWith("_ImageParams") ? shared : own)
            .add(params.group(1) + " " + params.group(3));
      }
    }

    assertThat(shared).containsExactlyInAnyOrderElementsOf(params(new SscClassificationModel()));
    own.addAll(shared);
    assertThat(own).containsExactlyInAnyOrderElementsOf(params(new SscClassifier()));
  }

  @Test
  void theExampleRunsWherePySparkIs() throws IOException, InterruptedException {
    assumeTrue(
        run(List.of("python3", "-c", "import pyspark; assert pyspark.__version__[:3] == '3.5'"))
            == 0,
        "PySpark 3.5 is not installed here: pip install pyspark==3.5.* has this test run the example");
    for (int i = 0; i < 30; i++) {
      RawFixtures.write(
          folder.resolve("photos/%s/%s.jpg".formatted(i % 2 == 0 ? "red" : "blue", i)),
          RawFixtures.image("jpeg", 32, 32, i % 2 == 0 ? 0xC00000 + i : 0xC0 + (i << 8)));
    }
    int exitCode =
        run(
            List.of(
                "spark-submit",
                "--master",
                "local[2]",
                "--driver-class-path",
                System.getProperty("surefire.test.class.path"),
                "--py-files",
                PYTHON.resolve("sscspark.py").toString(),
                PYTHON.resolve("example.py").toString(),
                folder.resolve("photos").toString(),
                folder.resolve("work").toString(),
                folder.resolve("model").toString(),
                "model.name = convnet, train { epochs = 3, batch = 4 }"));

    assertThat(exitCode).as(Files.readString(folder.resolve("log"))).isZero();
    assertThat(folder.resolve("log")).content().contains("accuracy ");
  }

  private int run(List<String> command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(folder.resolve("log").toFile())
          .start()
          .waitFor();
    } catch (IOException e) {
      // There is no such program.
      return 1;
    }
  }
}
