package org.sscspark.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.config.BadInputException;

/** Kind: a call of the driver that fails, after which a GPU's memory is never given back. */
class CudaStreamTest {
  private CudaDevice device;
  private long used;
  private long held;

  @BeforeEach
  void countsWhatIsTaken() {
    device = TestDriver.fakeDevice();
    device.module(1);
    used = TestDriver.used();
    held = TestDriver.held();
  }

  @AfterEach
  void heal() {
    TestDriver.heal();
  }

  private void assertAllIsGivenBack() {
    assertThat(TestDriver.used()).isEqualTo(used);
    assertThat(TestDriver.held()).isEqualTo(held);
  }

  private static void fill(CudaStream stream) {
    DeviceMemory memory = stream.allocateWords(256);
    Runnable work = () -> stream.launch("multiply_add", Grid.ofThreads(256, 256), memory, 1, 0.5f);
    stream.replay("key", work);
    stream.replay("key", work);
    stream.synchronize();
  }

  @Test
  void givesBackAllThatItTook() {
    try (CudaStream stream = new CudaStream(device, 1)) {
      fill(stream);
      assertThat(TestDriver.used()).isGreaterThan(used);
      assertThat(TestDriver.held()).isGreaterThan(held);
    }

    assertAllIsGivenBack();
  }

  @ParameterizedTest
  @CsvSource({"cuMemHostAlloc, 1", "cuEventCreate, 1", "cuEventCreate, 3"})
  void aQueueThatCannotBeMadeLeavesNothing(String function, int call) {
    TestDriver.set("fail " + function, call);

    assertThatThrownBy(() -> new CudaStream(device, 1)).hasMessageContaining(function);
    assertAllIsGivenBack();
  }

  /** The second launch is the one that is recorded. */
  @Test
  void aLaunchThatFailsWhileItIsRecordedEndsTheRecording() {
    try (CudaStream stream = new CudaStream(device, 1)) {
      TestDriver.set("fail cuLaunchKernel", 2);
      assertThatThrownBy(() -> fill(stream))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("multiply_add");

      fill(stream);
    }

    assertAllIsGivenBack();
  }

  @Test
  void aGraphThatHasNoRoomLeavesNothing() {
    try (CudaStream stream = new CudaStream(device, 1)) {
      TestDriver.set("fail cuGraphInstantiateWithFlags", 1);
      assertThatThrownBy(() -> fill(stream))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("out of memory: cuGraphInstantiateWithFlags");

      fill(stream);
    }

    assertAllIsGivenBack();
  }

  @Test
  void givesBackAllThatItCanWhateverFails() {
    CudaStream stream = new CudaStream(device, 1);
    fill(stream);
    TestDriver.set("fail cuStreamSynchronize", 1);

    assertThatThrownBy(stream::close).hasMessageContaining("cuStreamSynchronize");
    assertAllIsGivenBack();
  }

  @Test
  void tellsOfTheFirstFailureAndGoesOn() {
    CudaStream stream = new CudaStream(device, 1);
    fill(stream);
    DeviceMemory newest = stream.allocate(1 << 20);
    TestDriver.set("fail cuMemFree", 1);

    assertThatThrownBy(stream::close).hasMessageContaining("cuMemFree");
    assertThat(TestDriver.used()).as("but the one block").isEqualTo(used + (1 << 20));
    assertThat(TestDriver.held()).isEqualTo(held);
    device.release(newest);
    assertAllIsGivenBack();
  }
}
