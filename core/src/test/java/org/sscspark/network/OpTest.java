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
