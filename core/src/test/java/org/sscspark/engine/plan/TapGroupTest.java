package org.sscspark.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TapGroupTest {
  /**
   * Kind: a product of two counts that an int cannot hold, as of a layer that reads whole images.
   */
  @Test
  void splitsMoreTapsThanAnIntCanSquare() {
    int taps = 3 * 512 * 512;
    int[] numbers = new int[taps];
    for (int t = 0; t < taps; t++) {
      numbers[t] = t;
    }
    TapGroup group = new TapGroup(new int[] {0}, numbers, new int[taps], new int[taps], numbers);

    List<TapGroup> parts = group.split(240);

    assertThat(parts).hasSize(taps / 240 + 1);
    assertThat(parts).allMatch(part -> part.offsets().length <= 240);
    assertThat(parts.stream().flatMapToInt(part -> Arrays.stream(part.offsets())).toArray())
        .isEqualTo(numbers);
  }
}
