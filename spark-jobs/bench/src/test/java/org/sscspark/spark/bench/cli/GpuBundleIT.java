package org.sscspark.spark.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.spark.cli.Ended;
import org.sscspark.spark.cli.Script;

/**
 * What submit/gpu-bundle packs; Maven, which has compiled already, only pretends to work, and hands
 * out the libraries of this test.
 */
class GpuBundleIT {
  @TempDir Path directory;

  @Test
  void packsARuntimeTheClassesAndAScriptThatRunsThem() throws Exception {
    Path maven = directory.resolve("bin/mvn");
    Files.createDirectories(maven.getParent());
    Files.writeString(
        maven,
        """
        #!/bin/sh
        for a; do
          case $a in
            -DincludeArtifactIds=*) names=$(echo "${a#*=}" | tr , ' ') ;;
            -DoutputDirectory=*) out=${a#*=} ;;
          esac
        done
        for name in $names; do
          for jar in $(echo "$LIBRARIES" | tr : ' '); do
            case $jar in */"$name"-[0-9]*.jar) cp "$jar" "$out" ;; esac
          done
        done
        """);
    Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path file = directory.resolve("bundle.tar.gz");
    Ended packed =
        new Script("gpu-bundle", directory, Duration.ofMinutes(3))
            .with("PATH", maven.getParent() + ":" + System.getenv("PATH"))
            .with("LIBRARIES", System.getProperty("java.class.path"))
            .run(file.toString());
    assertThat(packed.exitCode()).as(packed.err()).isZero();

    assertThat(command("tar", "-xzf", file.toString(), "-C", directory.toString())).isZero();
    Path bundle = directory.resolve("ssc-gpu");
    String java = bundle.resolve("runtime/bin/java").toString();
    String jar = bundle.resolve("lib/ssc-gpu.jar").toString();
    assertThat(command(java, "--add-modules=jdk.incubator.vector", "-cp", jar, "-version"))
        .isZero();
    Script run = new Script(bundle.resolve("run"), directory, Duration.ofMinutes(1));
    run.run("dance").isBadInput("give test, bench or nothing, not 'dance'");
    Ended help = run.run("bench", "--help");
    assertThat(help.exitCode()).as(help.err()).isZero();
    assertThat(help.out()).contains("--networks");
    Ended refused = run.run("bench", "--batch", "0");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("Batch 0");
  }

  @Test
  void takesOneFileAtMost() throws Exception {
    new Script("gpu-bundle", directory, Duration.ofMinutes(1))
        .run("a", "b")
        .isBadInput("give a file to write, or nothing");
  }

  private static int command(String... words) throws Exception {
    return new ProcessBuilder(words).inheritIO().start().waitFor();
  }
}
