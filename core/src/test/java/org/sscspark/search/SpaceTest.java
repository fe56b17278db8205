package org.sscspark.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sscspark.config.BadInputException;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

class SpaceTest {
  private static List<Domain> domains() {
    return List.of(
        new OneOf(List.of("a", "b", "[1, 2]")),
        new RealRange(-2, 3, Scale.LINEAR, Optional.empty()),
        new RealRange(1e-5, 10, Scale.LOGARITHMIC, Optional.empty()),
        new IntegerRange(-3, 4, Scale.LINEAR, Optional.empty()),
        new IntegerRange(1, 4096, Scale.LOGARITHMIC, Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("domains")
  void theValueAtThePlaceOfAValueIsTheValue(Domain domain) {
    RandomStream random = RandomStream.of(5, Purpose.SEARCH);
    for (int i = 0; i < 500; i++) {
      String value = domain.at(random.nextDouble());
      double place = domain.position(value);
      assertThat(place).isBetween(0.0, 1.0);
      assertThat(domain.at(Math.min(place, Math.nextDown(1.0)))).isEqualTo(value);
    }
  }

  @Test
  void everyOptionIsEquallyLikely() {
    OneOf choice = new OneOf(List.of("a", "b", "c"));
    assertThat(IntStream.range(0, 300).mapToObj(i -> choice.at(i / 300.0)).filter("b"::equals))
        .hasSize(100);
  }

  @Test
  void aLogarithmicRangeHasAsManyValuesInEveryDecade() {
    RealRange range = new RealRange(1e-4, 1, Scale.LOGARITHMIC, Optional.empty());
    long inSecond =
        IntStream.range(0, 400)
            .mapToDouble(i -> Double.parseDouble(range.at((i + 0.5) / 400)))
            .filter(value -> value >= 1e-3 && value < 1e-2)
            .count();
    assertThat(inSecond).isEqualTo(100);
  }

  @Test
  void aValueHasFourDigitsAndStaysWithinTheBounds() {
    RealRange range = new RealRange(0.123456, 0.123459, Scale.LINEAR, Optional.empty());
    assertThat(Double.parseDouble(range.at(0.1))).isBetween(0.123456, 0.123459);
    assertThat(new RealRange(0, 1, Scale.LINEAR, Optional.empty()).at(1 / 3.0)).isEqualTo("0.3333");
  }

  @Test
  void wholeNumbersOfARangeAreEquallyLikelyIncludingTheBounds() {
    IntegerRange range = new IntegerRange(1, 4, Scale.LINEAR, Optional.empty());
    for (String value : List.of("1", "2", "3", "4")) {
      assertThat(IntStream.range(0, 400).mapToObj(i -> range.at((i + 0.5) / 400)))
          .filteredOn(value::equals)
          .hasSize(100);
    }
    // 1 is what [0.5, 1.5] rounds to: log 3 of log 9.
    IntegerRange logarithmic = new IntegerRange(1, 4, Scale.LOGARITHMIC, Optional.empty());
    double ones =
        IntStream.range(0, 1000)
            .mapToObj(i -> logarithmic.at(i / 1000.0))
            .filter("1"::equals)
            .count();
    assertThat(ones / 1000).isCloseTo(Math.log(3) / Math.log(9), within(0.01));
  }

  @Test
  void aKeyIsSetOnlyWhereItsConditionHolds() {
    Space space =
        Space.builder()
            .integers("ssc.g", 1, 4)
            .when("ssc.profile", "explicit", "erk")
            .choice("ssc.profile", "uniform", "explicit", "erk")
            .when("method", "ssc")
            .choice("method", "ssc", "dense")
            .build();
    assertThat(space.keys()).containsExactly("method", "ssc.profile", "ssc.g");
    assertThat(space.at(new double[] {0.9, 0.9, 0.9}).arguments()).containsExactly("method=dense");
    assertThat(space.at(new double[] {0.1, 0.1, 0.9}).arguments())
        .containsExactly("method=ssc", "ssc.profile=uniform");
    assertThat(space.at(new double[] {0.1, 0.9, 0.9}))
        .hasToString("method=ssc, ssc.g=4, ssc.profile=erk");
    assertThat(space.grid(100).stream().map(Point::toString))
        .startsWith("method=ssc, ssc.profile=uniform", "method=ssc, ssc.g=1, ssc.profile=explicit")
        .endsWith("method=ssc, ssc.g=4, ssc.profile=erk", "method=dense")
        .hasSize(1 + 2 * 4 + 1)
        .doesNotHaveDuplicates();
  }

  private static List<Space> grids() {
    return List.of(
        Space.builder().choice("a", 1, 2).build(),
        Space.builder().integers("a", -2, 4).choice("b", "x", "y").integers("c", 8, 9).build(),
        // Four digits do not tell all levels apart.
        Space.builder()
            .add(Dimension.of("a", () -> new RealRange(0.1, 0.1001, Scale.LINEAR, Optional.of(9))))
            .integers("b", 1, 3)
            .build(),
        // Branches of branches, between keys that wait for nothing.
        Space.builder()
            .choice("m", "ssc", "dense", "snip")
            .choice("p", "uniform", "erk")
            .when("m", "ssc", "snip")
            .integers("a", 1, 3)
            .when("p", "erk")
            .integers("z", 1, 4)
            .when("m", "ssc")
            .choice("b", 7, 8)
            .choice("q", 1, 2)
            .integers("c", 1, 2)
            .when("q", 2)
            .build());
  }

  /** What a grid is: every key's values for every point so far, where its condition holds. */
  private static List<Point> expanded(Space space) {
    List<Point> points = List.of(Point.of(Map.of()));
    for (Dimension dimension : space.dimensions()) {
      List<Point> longer = new ArrayList<>();
      for (Point point : points) {
        if (!dimension.isActive(point)) {
          longer.add(point);
          continue;
        }
        for (String value : dimension.grid()) {
          Map<String, String> more = new TreeMap<>(point.values());
          more.put(dimension.key(), value);
          longer.add(Point.of(more));
        }
      }
      points = longer;
    }
    return points;
  }

  /** Kind: an order that journals of earlier sweeps rely on. */
  @ParameterizedTest
  @MethodSource("grids")
  void thePointsOfAGridAreFoundByTheirNumbers(Space space) {
    List<Point> expanded = expanded(space);
    int size = expanded.size();
    List<Point> grid = space.grid(1000);
    assertThat(grid).isEqualTo(expanded);
    assertThatThrownBy(() -> grid.get(size)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> space.grid(size - 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("The grid has more than %s points".formatted(size - 1));
  }

  /** Kind: a count that overflows, or is made by going through what it counts. */
  @Test
  void aGridOfMorePointsThanALongCountsIsRefused() {
    SpaceBuilder builder = Space.builder();
    for (int i = 0; i < 80; i++) {
      builder.choice("a" + i, 1, 2).choice("b" + i, 1, 2).when("a" + i, 2);
    }
    assertThatThrownBy(() -> builder.build().grid(100_000))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("The grid has more than 100,000 points");
  }

  @Test
  void theOrderInWhichKeysAreGivenDoesNotMatter() {
    Space one = Space.builder().choice("b", 1, 2).uniform("a", 0, 1).when("b", 2).build();
    Space other = Space.builder().uniform("a", 0, 1).when("b", 2).choice("b", 1, 2).build();
    assertThat(one).isEqualTo(other);
  }

  @Test
  void aGridTakesTheLevelsOfARangeBoundsIncluded() {
    Domain factors = new RealRange(1e-3, 0.1, Scale.LOGARITHMIC, Optional.of(3));
    assertThat(factors.grid()).containsExactly("0.001", "0.01", "0.1");
    assertThat(new IntegerRange(1, 10, Scale.LINEAR, Optional.of(3)).grid())
        .containsExactly("1", "6", "10");
    assertThat(new IntegerRange(8, 10, Scale.LINEAR, Optional.empty()).grid())
        .containsExactly("8", "9", "10");
  }

  private static Arguments bad(String message, Supplier<Object> made) {
    return Arguments.of(message, made);
  }

  private static List<Arguments> badSpaces() {
    return List.of(
        bad("The space is empty", () -> Space.builder().build()),
        bad(
            "Space, key a: the range from 2.0 to 1.0 is empty; give the lower bound first",
            () -> Space.builder().uniform("a", 2, 1)),
        bad(
            "Space, key a: the range from NaN to 1.0",
            () -> Space.builder().uniform("a", 0 / 0.0, 1)),
        bad(
            "Space, key train.l2: a logarithmic range must be above 0, but starts at -1.0",
            () -> Space.builder().logUniform("train.l2", -1, 1)),
        bad("must be above 0, but starts at 0", () -> Space.builder().logIntegers("a", 0, 5)),
        bad("the range from 5 to 5 is empty", () -> Space.builder().integers("a", 5, 5)),
        bad("Space, key a: a choice needs one value", () -> Space.builder().choice("a")),
        bad("has 1 twice", () -> Space.builder().choice("a", 1, 2, 1)),
        bad(
            "Space has key a twice; give it once",
            () -> Space.builder().choice("a", 1).choice("a", 2).build()),
        bad(
            "Space, key a: its condition is on methode, which is no key of the space: did you mean"
                + " 'method'?",
            () -> Space.builder().choice("method", 1).choice("a", 2).when("methode", 1).build()),
        bad(
            "asks for method = sscs, which is never chosen: did you mean 'ssc'?",
            () ->
                Space.builder()
                    .choice("method", "ssc")
                    .choice("a", 2)
                    .when("method", "sscs")
                    .build()),
        bad(
            "on b, which is a range; conditions are on choices",
            () -> Space.builder().uniform("b", 0, 1).choice("a", 2).when("b", 1).build()),
        bad(
            "the conditions of a, b wait for each other",
            () -> Space.builder().choice("a", 1).when("b", 2).choice("b", 2).when("a", 1).build()),
        bad(
            "Space, key a: a grid needs to know how many values",
            () -> Space.builder().uniform("a", 0, 1).build().grid(10)),
        bad(
            "The grid has more than 10 points",
            () -> Space.builder().integers("a", 1, 11).build().grid(10)),
        // Kind: what is counted by making it, and is more than there is memory for.
        bad(
            "The grid has more than 10 points",
            () -> Space.builder().integers("a", 1, 1L << 48).build().grid(10)),
        bad(
            "Space, key a: levels = 1 must be at least 2",
            () -> Dimension.of("a", () -> new RealRange(0, 1, Scale.LINEAR, Optional.of(1)))));
  }

  @ParameterizedTest
  @MethodSource("badSpaces")
  void whatCannotBeASpaceIsBadInput(String message, Supplier<Object> made) {
    assertThatThrownBy(made::get)
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }

  /** Kind: a range that is narrow beside its distance from zero, of which its bounds are left. */
  @Test
  void aNarrowRangeHasManyValues() {
    Domain narrow = new RealRange(0.99991, 0.99999, Scale.LINEAR, Optional.empty());
    assertThat(IntStream.range(0, 50).mapToObj(i -> narrow.at(i / 50.0)).distinct()).hasSize(50);
    assertThat(narrow.at(0.5)).isEqualTo("0.99995");
    Domain ordinary = new RealRange(0.9, 0.99, Scale.LINEAR, Optional.empty());
    assertThat(ordinary.at(0.12345)).isEqualTo("0.9111");
  }
}
