package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** submit/gpu-discovery on machines whose nvidia-smi is made up. */
class GpuDiscoveryTest {
  @TempDir Path directory;

  private Ended discover(String nvidiaSmi) throws IOException, InterruptedException {
    Script.executable(directory.resolve("nvidia-smi"), "#!/bin/sh\n" + nvidiaSmi + "\n");
    return new Script("gpu-discovery", directory, Duration.ofMinutes(1))
        .with("PATH", directory + ":" + System.getenv("PATH"))
        .run();
  }

  @Test
  void tellsSparkTheAddresses() throws Exception {
    Ended ended = discover("printf '0\\n1\\n'");
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    ResourceInformation gpus = ResourceInformation.parseJson(ended.out());
    assertThat(gpus.name()).isEqualTo("gpu");
    assertThat(gpus.addresses()).containsExactly("0", "1");
  }

  private void assertFails(String nvidiaSmi, String lastLine) throws Exception {
    Ended ended = discover(nvidiaSmi);
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err().lines().reduce((before, last) -> last)).hasValue(lastLine);
  }

  @Test
  void failsWhereTheDriverDoes() throws Exception {
    assertFails("echo 'It has failed' >&2; exit 9", "gpu-discovery: nvidia-smi failed (9)");
    assertThat(discover("echo 'It has failed' >&2; exit 9").err()).contains("It has failed");
    assertFails(
        "echo 'It has failed'; echo 'Install it'; exit 9",
        "gpu-discovery: nvidia-smi failed (9): It has failed Install it");
  }

  @Test
  void onlyNumbersAreAddresses() throws Exception {
    assertFails(
        "echo 'No devices were found'",
        "gpu-discovery: nvidia-smi names no GPUs: No devices were found; run it by hand");
    assertFails(
        "printf '0\\n[Unknown Error]\\n'",
        "gpu-discovery: nvidia-smi names no GPUs: 0 [Unknown Error]; run it by hand");
    assertFails("true", "gpu-discovery: nvidia-smi names no GPUs; run it by hand");
  }
}
