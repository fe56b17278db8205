package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** submit/gpu-discovery on machines whose nvidia-smi is made up. */
class GpuDiscoveryTest {
  @TempDir Path directory;

  private Ended discover(String nvidiaSmi) throws IOException, InterruptedException {
    Path program = directory.resolve("nvidia-smi");
    Files.writeString(program, "#!/bin/sh\n" + nvidiaSmi + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
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

  @Test
  void failsWhereTheDriverDoes() throws Exception {
    Ended ended = discover("echo 'NVIDIA-SMI has failed' >&2; exit 9");
    assertThat(ended.exitCode()).isNotZero();
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).contains("NVIDIA-SMI has failed");
  }
}
