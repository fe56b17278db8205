package org.sscspark.spark.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WeightedMeanTest {

  @Test
  void weighsByExamples() {
    WeightedMean mean = new WeightedMean(2);
    mean.add(FloatBytes.encode(new float[] {1, 10}), 3);
    mean.add(FloatBytes.encode(new float[] {5, -10}), 1);
    assertThat(mean.mean()).containsExactly(2, 5);
    assertThat(mean.weight()).isEqualTo(4);
  }

  @Property(tries = 50)
  void agreesWithExactArithmetic(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int workers) {
    Random random = new Random(seed);
    WeightedMean mean = new WeightedMean(1);
    BigDecimal sum = BigDecimal.ZERO;
    long weight = 0;
    double magnitude = 0;
    for (int worker = 0; worker < workers; worker++) {
      float value = (float) random.nextGaussian();
      int examples = 1 + random.nextInt(1000);
      mean.add(FloatBytes.encode(new float[] {value}), examples);
      sum = sum.add(BigDecimal.valueOf(value).multiply(BigDecimal.valueOf(examples)));
      weight += examples;
      magnitude += Math.abs(value) * examples;
    }
    double exact = sum.divide(BigDecimal.valueOf(weight), MathContext.DECIMAL128).doubleValue();
    assertThat((double) mean.mean()[0])
        .isCloseTo(exact, within(Math.ulp((float) exact) + 1e-15 * magnitude));
  }

  @Property(tries = 200)
  void aSingleVectorComesBackUnchanged(
      @ForAll float value, @ForAll @IntRange(min = 1, max = 1 << 28) int examples) {
    WeightedMean mean = new WeightedMean(1);
    mean.add(FloatBytes.encode(new float[] {value}), examples);
    assertThat(Float.floatToRawIntBits(mean.mean()[0])).isEqualTo(Float.floatToRawIntBits(value));
  }

  /** Kind: the one value that a sum which begins with 0.0 does not keep. */
  @Test
  void zerosKeepTheirSign() {
    WeightedMean one = new WeightedMean(4);
    one.add(FloatBytes.encode(new float[] {-0f, 0f, Float.MIN_VALUE, -Float.MIN_VALUE}), 7);
    assertThat(bits(one)).isEqualTo(bits(-0f, 0f, Float.MIN_VALUE, -Float.MIN_VALUE));
    WeightedMean two = new WeightedMean(4);
    two.add(FloatBytes.encode(new float[] {-0f, -0f, 0f, 1f}), 2);
    two.add(FloatBytes.encode(new float[] {-0f, 0f, 0f, -1f}), 2);
    assertThat(bits(two)).isEqualTo(bits(-0f, 0f, 0f, 0f));
  }

  private static int[] bits(WeightedMean mean) {
    return bits(mean.mean());
  }

  private static int[] bits(float... values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  @Test
  void aWeightOfZeroAddsNothingNotEvenNaN() {
    WeightedMean mean = new WeightedMean(1);
    mean.add(FloatBytes.encode(new float[] {Float.NaN}), 0);
    mean.add(new byte[0], 0);
    mean.add(FloatBytes.encode(new float[] {2}), 7);
    assertThat(mean.mean()).containsExactly(2);
  }

  @Test
  void rejectsVectorsOfAnotherLengthAndTheMeanOfNothing() {
    WeightedMean mean = new WeightedMean(2);
    byte[] three = FloatBytes.encode(new float[3]);
    assertThatThrownBy(() -> mean.add(three, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Vector has 3 values, expected 2");
    assertThatThrownBy(() -> mean.add(three, -1)).hasMessageContaining("must not be negative");
    assertThatThrownBy(mean::mean).hasMessage("The mean of no examples is undefined");
  }
}
