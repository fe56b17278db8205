package org.sscspark.spark.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

class DeviceBindingTest {
  private static DeviceBinding of(String... addresses) {
    return DeviceBinding.of(Map.of("gpu", new ResourceInformation("gpu", addresses)));
  }

  @Test
  void theAddressIsTheDevice() {
    assertThat(of("3").gpu()).hasValue(3);
    assertThat(of("3")).hasToString("GPU 3");
  }

  @Test
  void aTaskWithoutGpuIsBoundToNone() {
    assertThat(DeviceBinding.ofTask()).isEqualTo(DeviceBinding.NONE);
    assertThat(DeviceBinding.of(Map.of())).isEqualTo(DeviceBinding.NONE);
    assertThat(of()).isEqualTo(DeviceBinding.NONE).hasToString("no GPU");
  }

  @Test
  void oneTaskComputesOnOneGpu() {
    assertThatThrownBy(() -> of("0", "1")).hasMessageContaining("GPUs 0, 1");
    assertThatThrownBy(() -> of("GPU-5f3a")).hasMessageContaining("'GPU-5f3a' is no index");
  }
}
