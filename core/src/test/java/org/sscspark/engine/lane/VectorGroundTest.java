package org.sscspark.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.engine.Replicas;
import org.sscspark.engine.Replicas.Step;
import org.sscspark.network.NetworkSpec;

/**
 * JVMs on which vectors would be wrong, too short or slow: one line, and the sums of plain Java.
 */
class VectorGroundTest {
  @ParameterizedTest
  @CsvSource({
    "-XX:MaxVectorSize=8, vectors of this JVM have 8 bytes",
    "-XX:MaxVectorSize=4, vectors of this JVM have 4 bytes",
    "-Xint, this JVM interprets only",
    "-XX:TieredStopAtLevel=1, the client compiler alone",
    "-XX:CompilationMode=quick-only, the client compiler alone"
  })
  void computesInPlainJavaAndSaysWhyInOneLine(String option, String reason) throws Exception {
    List<String> lines = run(option, "--add-modules=jdk.incubator.vector");

    assertThat(lines).filteredOn(line -> line.contains("computes in plain Java")).hasSize(1);
    assertThat(lines).anyMatch(line -> line.contains(reason));
    assertThat(lines).contains(expected());
  }

  @Test
  void missesTheModule() throws Exception {
    assertThat(run("-Xshare:auto"))
        .anyMatch(line -> line.contains("start Java with --add-modules=jdk.incubator.vector"))
        .contains(expected());
  }

  @Test
  void missesNothingWhereTheOtherTestsRun() {
    assertThat(VectorGround.missing()).isEmpty();
  }

  private static String expected() {
    return "sums " + sums(new PlainArithmetic(8));
  }

  private static int sums(Arithmetic arithmetic) {
    RandomNetworks random = new RandomNetworks(47);
    NetworkSpec network = random.network(Kind.RESIDUAL);
    float[] parameters = random.parameters(network);
    float[] images = random.images(network, 3);
    float[] slopes = random.gaussians(3 * network.classes());
    LaneEngine engine = arithmetic == null ? new LaneEngine(1) : new LaneEngine(1, arithmetic);
    Step step = Replicas.step(engine, network, parameters, images, 3, BatchNormMode.BATCH, slopes);
    return Arrays.hashCode(step.gradients());
  }

  private static List<String> run(String... options) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m"));
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            VectorGroundTest.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream out = process.getInputStream()) {
      String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(text).isZero();
      return text.lines().toList();
    }
  }

  /** Prints the sums of this JVM's engine. */
  @SuppressWarnings("SystemOut") // Another process reads it.
  public static void main(String[] arguments) {
    System.out.println("sums " + sums(null));
  }
}
