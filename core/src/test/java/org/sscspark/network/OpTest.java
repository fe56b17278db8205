package org.sscspark.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.engine.RandomNetworks.Kind;

class OpTest {
  @ParameterizedTest
  @CsvSource({"2, 0, 0", "0, 1, 0", "2, -1, 0", "2, 1, 2", "2, 1, 3", "1, 1, 1", "2, 1, -1"})
  void refusesPoolsWithoutWindows(int size, int stride, int padding) {
    assertThatThrownBy(() -> new Op.MaxPool("pool", "input", size, stride, padding))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Pool pool: ");
  }

  @Test
  void refusesAveragePoolsWithoutStride() {
    assertThatThrownBy(() -> new Op.AveragePool("pool", "input", 2, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Pool pool: size 2 and stride 0 must be positive");
  }

  /** Kind: a number in a file that spoils a training run later. */
  @ParameterizedTest
  @CsvSource({
    "0, 0.1",
    "-1e-5, 0.1",
    "NaN, 0.1",
    "Infinity, 0.1",
    "1e-5, -0.1",
    "1e-5, 1.1",
    "1e-5, NaN"
  })
  void refusesBatchNormsThatDivideByNothingOrOvershoot(float epsilon, float momentum) {
    assertThatThrownBy(() -> new Op.BatchNorm("norm", "input", 2, epsilon, momentum))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Batch norm norm: epsilon %s must be positive and finite, and momentum %s from 0 to 1",
            epsilon, momentum);
  }

  @Test
  void takesTheWidestPaddingThatSeesTheImage() {
    Op.MaxPool pool = new Op.MaxPool("pool", "input", 3, 2, 2);

    assertThat(pool.padding()).isEqualTo(2);
  }

  /** Whoever adds an operator gives every engine's contract a network of it. */
  @Test
  void everyOperatorHasARandomNetworkForTheEnginesContract() {
    assertThat(Arrays.stream(Op.class.getPermittedSubclasses()).flatMap(OpTest::records))
        .isNotEmpty()
        .allSatisfy(
            op -> {
              String name = op.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "_");
              assertThat(Arrays.stream(Kind.values()).map(Kind::name))
                  .contains(name.toUpperCase(Locale.ROOT));
            });
  }

  private static Stream<Class<?>> records(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(OpTest::records)
        : Stream.of(type);
  }
}
