package org.sscspark.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

class SupportLayoutTest {
  @Provide
  Arbitrary<Support> supports() {
    Arbitrary<Support> explicit =
        Combinators.combine(shapes(), Arbitraries.longs(), Arbitraries.integers().between(0, 10))
            .as(SupportLayoutTest::random);
    Arbitrary<Support> patterned =
        Combinators.combine(
                Arbitraries.of(KernelType.class).list().ofMinSize(1).ofMaxSize(6),
                Arbitraries.integers().between(-3, 3),
                Arbitraries.integers().between(0, 5),
                Arbitraries.integers().between(1, 3),
                Arbitraries.integers().between(1, 4),
                shapes())
            .as(
                (slots, shift, phase, inBlock, outBlock, shape) ->
                    new Support.Patterned(
                        new WeightShape(
                            shape.filters(),
                            shape.channels() * slots.size() * inBlock,
                            shape.kernelHeight(),
                            shape.kernelWidth()),
                        new SscPattern(slots, shift, phase % slots.size(), inBlock, outBlock)));
    return Arbitraries.oneOf(explicit, patterned);
  }

  private static Arbitrary<WeightShape> shapes() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 9),
            Arbitraries.integers().between(1, 5),
            Arbitraries.integers().between(1, 3),
            Arbitraries.integers().between(1, 3))
        .as(WeightShape::new);
  }

  private static Support random(WeightShape shape, long seed, int tenths) {
    RandomStream stream = RandomStream.of(seed, Purpose.PRUNING_SCORE);
    BitSet kept = new BitSet();
    for (int i = 0; i < shape.size(); i++) {
      kept.set(i, stream.nextInt(10) < tenths);
    }
    return new Support.Explicit(shape, kept);
  }

  @Property(tries = 300)
  void packingKeepsWhatTheSupportKeepsAndNothingElse(@ForAll("supports") Support support) {
    SupportLayout layout = SupportLayout.of(support);
    WeightShape shape = support.shape();
    float[] dense = new float[shape.size()];
    for (int i = 0; i < dense.length; i++) {
      dense[i] = i + 1;
    }
    float[] packed = new float[layout.kept() + 5];

    layout.pack(dense, packed, 3);
    float[] back = layout.dense(packed, 3);

    int i = 0;
    for (int f = 0; f < shape.filters(); f++) {
      for (int c = 0; c < shape.channels(); c++) {
        for (int row = 0; row < shape.kernelHeight(); row++) {
          for (int column = 0; column < shape.kernelWidth(); column++, i++) {
            assertThat(back[i]).isEqualTo(support.keeps(f, c, row, column) ? i + 1 : 0);
          }
        }
      }
    }
    float[] again = new float[packed.length];
    layout.pack(back, again, 3);
    assertThat(again).isEqualTo(packed);
    assertThat(packed[0] + packed[1] + packed[2] + packed[packed.length - 1]).isZero();
  }

  @Property(tries = 300)
  void classesHoldEveryFilterOnceAndDifferInTheirTaps(@ForAll("supports") Support support) {
    SupportLayout layout = SupportLayout.of(support);
    List<Integer> filters = new ArrayList<>();
    Set<List<Integer>> taps = new HashSet<>();
    int offset = 0;
    int first = -1;
    for (FilterClass filterClass : layout.classes()) {
      assertThat(filterClass.packedOffset()).isEqualTo(offset);
      offset += filterClass.size();
      assertThat(filterClass.filters()).isSorted();
      assertThat(filterClass.taps()).isSorted();
      assertThat(filterClass.filters()[0]).as("classes by first filter").isGreaterThan(first);
      first = filterClass.filters()[0];
      List<Integer> these = new ArrayList<>();
      for (int tap : filterClass.taps()) {
        these.add(tap);
      }
      taps.add(these);
      for (int filter : filterClass.filters()) {
        filters.add(filter);
        for (int t = 0; t < filterClass.taps().length; t++) {
          int packed =
              filterClass.packedOffset()
                  + Arrays.binarySearch(filterClass.filters(), filter) * filterClass.taps().length
                  + t;
          assertThat(layout.denseIndex(packed))
              .isEqualTo(filter * support.shape().filterSize() + filterClass.taps()[t]);
        }
      }
    }
    assertThat(offset).isEqualTo(layout.kept());
    assertThat(taps).hasSameSizeAs(layout.classes());
    assertThat(filters).hasSize(support.shape().filters()).doesNotHaveDuplicates();
  }

  @Test
  void anSscLayerHasOneClassForEachPlaceInThePeriod() {
    Support support =
        new Support.Patterned(
            new WeightShape(64, 64, 3, 3),
            new SscPattern(KernelCounts.ssc(4, 2).slots(1), 1, 0, 1, 4));

    SupportLayout layout = SupportLayout.of(support);

    assertThat(layout.classes()).hasSize(8);
    assertThat(layout.classes())
        .allSatisfy(c -> assertThat(c.filters()).hasSize(8))
        .allSatisfy(c -> assertThat(c.taps()).hasSize(88));
    assertThat(layout.density()).isEqualTo(11.0 / 72);
  }

  @Test
  void explicitSupportsAreCopiedAndChecked() {
    WeightShape shape = new WeightShape(2, 2, 1, 1);
    BitSet kept = new BitSet();
    kept.set(1);
    Support.Explicit support = new Support.Explicit(shape, kept);
    kept.set(2);
    support.kept().set(3);

    assertThat(SupportLayout.of(support).kept()).isEqualTo(1);
    kept.set(4);
    assertThatThrownBy(() -> new Support.Explicit(shape, kept))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Support has bit 4 set, but 2x2x1x1 has 4 weights");
  }
}
