package org.sscspark.data.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RandomOrderTest {
  @Property(tries = 200)
  void isAPermutation(@ForAll @IntRange(min = 1, max = 3000) int size, @ForAll long key) {
    RandomOrder order = new RandomOrder(size, key);

    long[] places = LongStream.range(0, size).map(order::place).sorted().toArray();

    assertThat(places).isEqualTo(LongStream.range(0, size).toArray());
  }

  @Test
  void moduloAnyShardCountLooksUniform() {
    RandomOrder order = new RandomOrder(8000, 42);
    int[] counts = new int[8];
    for (int index = 0; index < 800; index++) {
      counts[(int) (order.place(index) % 8)]++;
    }

    assertThat(IntStream.of(counts)).allMatch(count -> count > 60 && count < 140);
  }

  @Test
  void worksForHugeSizes() {
    RandomOrder order = new RandomOrder(1L << 40, 1);

    assertThat(LongStream.range(0, 1000).map(order::place))
        .allMatch(place -> place >= 0 && place < 1L << 40)
        .doesNotHaveDuplicates();
  }

  @Test
  void rejectsAnIndexOutside() {
    assertThatThrownBy(() -> new RandomOrder(5, 1).place(5)).hasMessage("No index 5 of 5");
  }
}
