package org.sscspark.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomStreamTest {
  @Test
  void givesTheSameNumbersForEver() {
    RandomStream stream = RandomStream.of(1, Purpose.INITIALISATION, 2, 3);

    assertThat(new long[] {stream.nextLong(), stream.nextLong()})
        .containsExactly(-7938192983186177019L, -4158492384854141335L);
    assertThat(stream.nextDouble()).isEqualTo(0.534876383856913);
    assertThat(stream.nextGaussian()).isEqualTo(1.2258913484529903);
    assertThat(RandomStream.of(7, Purpose.SHARD_ORDER, 0).permutation(8))
        .containsExactly(4, 6, 3, 5, 7, 1, 2, 0);
  }

  @Test
  void everyPartOfTheNameMatters() {
    Set<Long> first = new HashSet<>();
    for (long seed = 0; seed < 10; seed++) {
      for (Purpose purpose : Purpose.values()) {
        first.add(RandomStream.key(seed, purpose));
        for (long a = 0; a < 10; a++) {
          first.add(RandomStream.key(seed, purpose, a));
          first.add(RandomStream.key(seed, purpose, a, 0));
          first.add(RandomStream.key(seed, purpose, 0, a + 1));
        }
      }
    }
    assertThat(first).hasSize(10 * Purpose.values().length * 31);
  }

  @Test
  void numbersAreEvenlySpread() {
    RandomStream stream = RandomStream.of(3, Purpose.AUGMENTATION);
    int[] counts = new int[10];
    int draws = 100_000;
    for (int i = 0; i < draws; i++) {
      counts[stream.nextInt(10)]++;
    }
    double chiSquare = 0;
    for (int count : counts) {
      chiSquare += Math.pow(count - draws / 10.0, 2) / (draws / 10.0);
    }
    assertThat(chiSquare).as("99.9th percentile of 9 degrees of freedom").isLessThan(27.9);
  }

  @Test
  void neighbouringStreamsAreNotCorrelated() {
    int pairs = 100_000;
    double sum = 0;
    for (int i = 0; i < pairs; i++) {
      sum +=
          (RandomStream.of(3, Purpose.AUGMENTATION, 1, i).nextDouble() - 0.5)
              * (RandomStream.of(3, Purpose.AUGMENTATION, 1, i + 1).nextDouble() - 0.5);
    }
    assertThat(12 * sum / pairs).isEqualTo(0, within(4 / Math.sqrt(pairs)));
  }

  @Test
  void gaussiansHaveTheMomentsOfANormal() {
    RandomStream stream = RandomStream.of(4, Purpose.INITIALISATION);
    int draws = 200_000;
    double mean = 0;
    double square = 0;
    double fourth = 0;
    for (int i = 0; i < draws; i++) {
      double x = stream.nextGaussian();
      mean += x / draws;
      square += x * x / draws;
      fourth += x * x * x * x / draws;
    }
    assertThat(mean).isEqualTo(0, within(0.01));
    assertThat(square).isEqualTo(1, within(0.015));
    assertThat(fourth).isEqualTo(3, within(0.12));
  }

  @Test
  void permutationsHoldEveryNumberOnceAndReachEveryPlace() {
    int[] firstPlace = new int[5];
    for (int i = 0; i < 5000; i++) {
      int[] permutation = RandomStream.of(5, Purpose.EXAMPLE_ORDER, i).permutation(5);
      firstPlace[permutation[0]]++;
      Arrays.sort(permutation);
      assertThat(permutation).isEqualTo(IntStream.range(0, 5).toArray());
    }
    for (int count : firstPlace) {
      assertThat(count).isBetween(880, 1120);
    }
  }

  @Test
  void refusesAnEmptyRange() {
    RandomStream stream = RandomStream.of(1, Purpose.SEARCH);

    assertThatThrownBy(() -> stream.nextInt(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Bound must be positive, was 0");
  }
}
