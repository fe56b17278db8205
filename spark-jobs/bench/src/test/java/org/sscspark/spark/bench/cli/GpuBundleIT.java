package org.sscspark.spark.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.spark.cli.Ended;
import org.sscspark.spark.cli.Script;

/**
 * What submit/gpu-bundle packs; Maven, which has compiled already, only pretends to work, hands out
 * the libraries of this test, and fetches for real what these lack. The GPU of these tests is the
 * library that core's tests make with g++, found as NVRTC of pip's packages is.
 */
class GpuBundleIT {
  private static final String CUDA = "/org/sscspark/engine/cuda/";

  /** So many bytes of what a machine with a GPU is given at once, 64 MiB, are the bundle's. */
  private static final long MOST_BYTES = 40_000_000;

  @TempDir static Path shared;

  private static Path bundle;

  @TempDir Path directory;

  @BeforeAll
  static void pack() throws Exception {
    program(
        shared.resolve("bin/mvn"),
        """
        #!/bin/sh
        for a; do
          case $a in
            -DincludeArtifactIds=*) names=$(echo "${a#*=}" | tr , ' ') ;;
            -DoutputDirectory=*) out=${a#*=} ;;
            -Dartifact=*) PATH=$REAL_PATH exec mvn "$@" ;;
          esac
        done
        for name in $names; do
          for jar in $(echo "$LIBRARIES" | tr : ' '); do
            case $jar in */"$name"-[0-9]*.jar) cp "$jar" "$out" ;; esac
          done
        done
        """);
    Path file = shared.resolve("bundle.tar.gz");
    Ended packed =
        new Script("gpu-bundle", shared, Duration.ofMinutes(5))
            .with("PATH", shared.resolve("bin") + ":" + System.getenv("PATH"))
            .with("REAL_PATH", System.getenv("PATH"))
            .with("LIBRARIES", System.getProperty("java.class.path"))
            .run(file.toString());
    assertThat(packed.exitCode()).as(packed.err()).isZero();
    assertThat(file).satisfies(made -> assertThat(Files.size(made)).isLessThan(MOST_BYTES));
    assertThat(command("tar", "-xzf", file.toString(), "-C", shared.toString())).isZero();
    bundle = shared.resolve("ssc-gpu");
  }

  private static void program(Path path, String text) throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static int command(String... words) throws Exception {
    return new ProcessBuilder(words).inheritIO().start().waitFor();
  }

  /** The bundle's script, beside a Python whose packages of NVIDIA are in this folder. */
  private Script run(Path packages) throws IOException {
    Path python = directory.resolve("python");
    program(python, "#!/bin/sh\necho '" + packages + "'\n");
    return new Script(bundle.resolve("run"), directory, Duration.ofMinutes(10))
        .with("SSC_PYTHON", python.toString());
  }

  @Test
  void packsARuntimeTheClassesAndAScriptThatRunsThem() throws Exception {
    String java = bundle.resolve("runtime/bin/java").toString();
    String jar = bundle.resolve("lib/ssc-gpu.jar").toString();
    assertThat(command(java, "--add-modules=jdk.incubator.vector", "-cp", jar, "-version"))
        .isZero();
    Script run = run(directory);
    run.run("dance").isBadInput("give test, bench or nothing, not 'dance'");
    Ended help = run.run("bench", "--help");
    assertThat(help.exitCode()).as(help.err()).isZero();
    assertThat(help.out()).contains("--networks");
    Ended refused = run.run("bench", "--batch", "0");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("Batch 0");
  }

  /** Driver and NVRTC made with g++, in a folder like those that pip makes. */
  private static Path packagesWithNvrtc() throws Exception {
    Path packages = shared.resolve("site-packages/nvidia");
    Path folder = packages.resolve("cu13/lib");
    Files.createDirectories(folder);
    for (String name : List.of("shim.h", "fake_driver.cpp")) {
      try (InputStream in = GpuBundleIT.class.getResourceAsStream(CUDA + name)) {
        Files.write(shared.resolve(name), in.readAllBytes());
      }
    }
    Path library = folder.resolve("libnvrtc.so.13");
    try {
      assertThat(
              command(
                  "g++",
                  "-std=c++17",
                  "-O1",
                  "-shared",
                  "-fPIC",
                  "-DFOLDER=\"" + shared + "\"",
                  "-DKERNEL_FLAGS=\"\"",
                  "-o",
                  library.toString(),
                  shared.resolve("fake_driver.cpp").toString(),
                  "-ldl"))
          .isZero();
    } catch (IOException e) {
      Assumptions.abort("No g++ on this machine");
    }
    Files.copy(library, folder.resolve("libcuda.so.1"));
    return packages;
  }

  @Test
  void testsAndMeasuresOnTheGpuThatItFinds() throws Exception {
    Assumptions.assumeFalse(Files.exists(Path.of("/proc/driver/nvidia")), "It has a real one");
    Script run = run(packagesWithNvrtc());

    Ended tested = run.run("test");

    assertThat(tested.exitCode()).as(tested.out() + tested.err()).isZero();
    assertThat(tested.err())
        .contains("CUDA tests run on g++ shim, compute capability 9.0, NVRTC 13.0");
    assertThat(tested.out())
        .contains("CudaTrainingTest", "CudaImagesTest", "CudaProfileTest", "optimizer=AdamW")
        .contains("Tests the library made with g++")
        .containsPattern("\\[ +4 tests aborted")
        .containsPattern("\\[ +0 tests failed")
        .containsPattern("\\[ +0 containers failed");

    Ended measured =
        run.run(
            "bench",
            "--networks",
            "convnetx0.25",
            "--densities",
            "0.5",
            "--batch",
            "1",
            "--steps",
            "1",
            "--json");
    assertThat(measured.json().get("rows")).hasSize(2);
    assertThat(measured.json().get("torch")).isEmpty();
    assertThat(measured.err()).as("rows as they come").contains("Copy ", "convnetx0.25  50.00%");
  }

  @Test
  void testsDoNotPassWithoutAGpu() throws Exception {
    Assumptions.assumeFalse(Files.exists(Path.of("/proc/driver/nvidia")), "It has a GPU");

    Ended tested = run(directory).run("test");

    assertThat(tested.exitCode()).isNotZero();
    assertThat(tested.out()).contains("No NVIDIA driver found");
  }

  @Test
  void measuresEvenIfTestsFailAndEndsWithTheWorstExitCode() throws Exception {
    Path java = bundle.resolve("runtime/bin/java");
    Path kept = java.resolveSibling("java.kept");
    Files.move(java, kept);
    try {
      Path calls = directory.resolve("calls");
      program(
          java,
          """
          #!/bin/sh
          echo "$@" >> '%s'
          case $* in *ConsoleLauncher*) exit $TEST_CODE ;; esac
          exit $BENCH_CODE
          """
              .formatted(calls));

      assertThat(run(directory).with("TEST_CODE", "1").with("BENCH_CODE", "0").run().exitCode())
          .isEqualTo(1);
      assertThat(run(directory).with("TEST_CODE", "0").with("BENCH_CODE", "0").run().exitCode())
          .isZero();
      assertThat(run(directory).with("TEST_CODE", "1").with("BENCH_CODE", "2").run().exitCode())
          .isEqualTo(2);
      assertThat(Files.readAllLines(calls))
          .hasSize(6)
          .filteredOn(call -> call.contains("BenchGpuCommand"))
          .hasSize(3)
          .allSatisfy(call -> assertThat(call).endsWith("BenchGpuCommand --python none --verbose"));
      Files.delete(calls);
      Script run = run(directory).with("BENCH_CODE", "0");
      run.run("bench", "--python", "python3.12", "--json");
      run.run("bench", "--python=python3.12");
      assertThat(Files.readAllLines(calls))
          .allSatisfy(call -> assertThat(call).doesNotContain("none").contains("python3.12"));
    } finally {
      Files.move(kept, java, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Test
  void takesOneFileAtMost() throws Exception {
    new Script("gpu-bundle", directory, Duration.ofMinutes(1))
        .run("a", "b")
        .isBadInput("give a file to write, or nothing");
  }
}
