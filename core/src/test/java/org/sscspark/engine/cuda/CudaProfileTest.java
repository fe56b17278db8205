package org.sscspark.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.engine.cuda.CudaProfile.StepTime;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

class CudaProfileTest {
  private static List<StepTime> steps(NetworkSpec network, int batch) {
    float[] parameters = new RandomNetworks(1).parameters(network);
    return new CudaProfile(TestDriver.device()).steps(network, parameters, batch, 2);
  }

  @Test
  void timesEveryStepForwardAndBackward() {
    List<StepTime> times = steps(new RandomNetworks(1).network(Kind.RESIDUAL), 3);

    assertThat(times).hasSize(2 * 14).allSatisfy(time -> assertThat(time.millis()).isPositive());
    assertThat(times.get(0).kind()).isEqualTo("Convolution");
    assertThat(times.get(0).pass()).isEqualTo("forward");
    assertThat(times.get(27).step()).isZero();
    assertThat(times.get(27).pass()).isEqualTo("backward");
  }

  /** Or else the times of short kernels are those that the host takes to queue them. */
  @Test
  void theGpuIsBusyWhileTheHostQueues() {
    NetworkSpec network = new RandomNetworks(1).network(Kind.PLAIN);
    float[] parameters = new RandomNetworks(1).parameters(network);
    CudaProfile profile = new CudaProfile(TestDriver.fakeDevice());
    profile.steps(network, parameters, 3, 1);
    long before = TestDriver.launches("multiply_add");
    profile.steps(network, parameters, 3, 1);
    long once = TestDriver.launches("multiply_add") - before;

    profile.steps(network, parameters, 3, 4);

    assertThat(TestDriver.launches("multiply_add") - before - 2 * once)
        .isGreaterThanOrEqualTo(2 * 3);
  }

  @Test
  void countsBytesAndMultiplyAdds() {
    NetworkSpec network =
        new NetworkSpec(
            "one",
            new FeatureShape(2, 4, 4),
            List.of(
                new Op.Convolution(
                    "conv", "input", Support.dense(new WeightShape(3, 2, 3, 3)), 1, 1, false),
                new Op.GlobalAveragePool("pool", "conv")));

    StepTime forward = steps(network, 5).get(0);

    assertThat(forward.bytes()).isEqualTo(5 * 4 * (2 * 16 + 3 * 16));
    assertThat(forward.multiplyAdds()).isEqualTo(5 * 16 * 54);
  }
}
