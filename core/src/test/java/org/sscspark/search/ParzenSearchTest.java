package org.sscspark.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

class ParzenSearchTest {
  private static final int TRIALS = 50;
  private static final int SEEDS = 11;
  private static final ParzenSearch TPE = new ParzenSearch(10, 0.15, 24, 1);

  private static double x(Job job, int i) {
    return Simulation.number(job.point(), "x" + i);
  }

  private static SpaceBuilder box(int size, double low, double high) {
    SpaceBuilder space = Space.builder();
    IntStream.range(0, size).forEach(i -> space.uniform("x" + i, low, high));
    return space;
  }

  private static final Standard BRANIN =
      new Standard(
          "Branin",
          Space.builder().uniform("x0", -5, 10).uniform("x1", 0, 15).build(),
          job -> {
            double x = x(job, 0);
            double bend = x(job, 1) - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6;
            return bend * bend + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
          });

  /** Standard functions, whose least value is 0, but for Branin's 0.3979. */
  private static List<Standard> functions() {
    return List.of(
        BRANIN,
        new Standard(
            "Sphere",
            box(4, -5, 5).build(),
            job -> IntStream.range(0, 4).mapToDouble(i -> x(job, i) * x(job, i)).sum()),
        new Standard(
            "Rosenbrock",
            box(2, -2, 2).build(),
            job -> {
              double x = x(job, 0);
              double valley = x(job, 1) - x * x;
              return 100 * valley * valley + (1 - x) * (1 - x);
            }),
        new Standard(
            "rate and method",
            Space.builder()
                .choice("method", "a", "b", "c", "d")
                .logUniform("rate", 1e-5, 10)
                .when("method", "b", "c")
                .logIntegers("batch", 8, 512)
                .build(),
            ParzenSearchTest::rateAndMethod));
  }

  private static double rateAndMethod(Job job) {
    double batch = Math.log(Simulation.number(job.point(), "batch") / 64);
    String method = job.point().value("method").orElseThrow();
    double rate =
        job.point().value("rate").map(text -> Math.log10(Double.parseDouble(text))).orElse(4.0);
    return batch * batch + (rate + 2) * (rate + 2) + (method.equals("c") ? 0 : 1);
  }

  /** A function to minimise. */
  private record Standard(String name, Space space, ToDoubleFunction<Job> function) {
    double median(Strategy strategy, int slots) {
      double[] bests =
          LongStream.range(0, SEEDS)
              .mapToDouble(
                  seed ->
                      Simulation.best(
                          Simulation.run(
                              Simulation.minimize(space, strategy, TRIALS, seed),
                              slots,
                              seed,
                              function)))
              .sorted()
              .toArray();
      return bests[SEEDS / 2];
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void findsBetterPointsThanRandomSearch(Standard function) {
    double random = function.median(new RandomSearch(), 1);
    assertThat(function.median(TPE, 1)).isLessThan(random);
    assertThat(function.median(new ParzenSearch(10, 0.15, 24, 4), 4)).isLessThan(random);
  }

  @Test
  void braninsLeastValueIsNearlyFound() {
    // 50 trials of random search come to about 1; the least value is 0.3979.
    assertThat(BRANIN.median(TPE, 1)).isBetween(0.3978, 0.65);
  }

  @Test
  void aDensityIsOneOverAllPlaces() {
    for (Density density :
        List.of(
            ParzenDensity.of(new double[] {}),
            ParzenDensity.of(new double[] {0, 0.02, 0.9, 0.9, 1}),
            CountDensity.of(new double[] {0.125, 0.875, 0.875}, 4))) {
      double sum =
          IntStream.range(0, 10_000).mapToDouble(i -> density.at((i + 0.5) / 10_000)).sum();
      assertThat(sum / 10_000).isCloseTo(1, within(1e-3));
    }
    assertThat(CountDensity.of(new double[] {0.125, 0.875, 0.875}, 4).at(0.9))
        .isCloseTo(4 * 3 / 7.0, within(1e-12));
  }

  @Test
  void drawsFollowTheDensity() {
    for (Density density :
        List.of(
            ParzenDensity.of(new double[] {0.1, 0.12, 0.7}),
            CountDensity.of(new double[] {0.125, 0.875, 0.875}, 4))) {
      RandomStream random = RandomStream.of(1, Purpose.SEARCH);
      int draws = 20_000;
      double below =
          IntStream.range(0, draws).filter(i -> density.draw(random) < 0.25).count()
              / (double) draws;
      double expected =
          IntStream.range(0, 2500).mapToDouble(i -> density.at((i + 0.5) / 10_000)).sum() / 10_000;
      assertThat(below).isCloseTo(expected, within(0.01));
    }
  }
}
