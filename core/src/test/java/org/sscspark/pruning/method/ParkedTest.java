package org.sscspark.pruning.method;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.DoubleBuffer;
import org.junit.jupiter.api.Test;

class ParkedTest {
  @Test
  void numbersComeBackAsTheyWere() {
    double[] values = {1, -0.0, Math.PI, Double.MIN_VALUE, Double.NaN, 1e300};

    DoubleBuffer inFile = Parked.of(6, i -> values[i], 6);
    DoubleBuffer inHeap = Parked.of(6, i -> values[i], 7);

    assertThat(inFile.isDirect()).isTrue();
    assertThat(inHeap.hasArray()).isTrue();
    assertThat(inFile.limit()).isEqualTo(values.length);
    for (int i = 0; i < values.length; i++) {
      assertThat(Double.doubleToRawLongBits(inFile.get(i)))
          .isEqualTo(Double.doubleToRawLongBits(values[i]))
          .isEqualTo(Double.doubleToRawLongBits(inHeap.get(i)));
    }
  }
}
