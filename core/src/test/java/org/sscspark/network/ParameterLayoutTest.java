package org.sscspark.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;
import org.sscspark.pattern.Support;

class ParameterLayoutTest {
  private static final NetworkSpec DENSE =
      ModelZoo.named("convnet", new FeatureShape(3, 8, 8), 4, 1);

  /** The network with some of its weights. */
  private static NetworkSpec pruned(Random random) {
    Map<String, Support> supports = new LinkedHashMap<>();
    for (Op.Weighted op : DENSE.weighted()) {
      BitSet kept = new BitSet();
      int weights = op.support().shape().size();
      for (int i = 0; i < weights; i++) {
        kept.set(i, random.nextInt(3) == 0);
      }
      supports.put(op.name(), new Support.Explicit(op.support().shape(), kept));
    }
    return DENSE.withSupports(supports);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatIsRememberedOfAParameterStaysWithIt(long seed) {
    ParameterLayout before = ParameterLayout.of(DENSE);
    ParameterLayout after = ParameterLayout.of(pruned(new Random(seed)));
    int all = before.trainableCount();
    float[] vectors = new float[2 * all];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = i;
    }
    float[] taken = after.carriedTrainable(before, vectors);
    assertThat(taken).hasSize(2 * after.trainableCount());
    for (Segment segment : after.segments()) {
      if (segment.end() > after.trainableCount()) {
        continue;
      }
      Segment old = before.segment(segment.op(), segment.role());
      Map<Integer, Integer> places = new HashMap<>();
      for (int i = 0; i < old.length(); i++) {
        places.put(place(before, old, i), old.offset() + i);
      }
      for (int i = 0; i < segment.length(); i++) {
        int expected = places.get(place(after, segment, i));
        assertThat(taken[segment.offset() + i]).isEqualTo(expected);
        assertThat(taken[after.trainableCount() + segment.offset() + i]).isEqualTo(all + expected);
      }
    }
    assertThat(after.carriedTrainable(before, new float[0])).isEmpty();
    assertThatThrownBy(() -> after.carriedTrainable(before, new float[all + 1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("are no vectors of " + all);
  }

  private static int place(ParameterLayout layout, Segment segment, int i) {
    return segment.role() == Role.WEIGHT ? layout.support(segment.op()).denseIndex(i) : i;
  }
}
