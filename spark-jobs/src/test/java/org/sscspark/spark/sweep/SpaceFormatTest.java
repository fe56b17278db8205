package org.sscspark.spark.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.config.BadInputException;
import org.sscspark.search.Dimension;
import org.sscspark.search.IntegerRange;
import org.sscspark.search.OneOf;
import org.sscspark.search.RealRange;
import org.sscspark.search.Scale;
import org.sscspark.search.Space;

class SpaceFormatTest {
  private static Space space(String text) {
    return SpaceFormat.read(ConfigFactory.parseString(text).root());
  }

  @Test
  void readsEveryKindOfValues() {
    Space space =
        space(
            """
            train {
              learning-rate { log-uniform = [0.01, 1], levels = 3 }
              optimizer.weight-decay { uniform = [0, 1e-3] }
              schedule.milestones = [[80, 120], [40]]
            }
            "train.batch" { log-integers = [16, 256] }
            averaging.frequency { integers = [1, 9], when { train.schedule.kind = [step, cosine] } }
            ssc.g { choice = [null, 4], when { method = ssc } }
            method = [ssc, dense]
            train.schedule.kind = [step, cosine, constant]
            """);
    assertThat(space.dimensions())
        .containsExactlyInAnyOrder(
            dimension(
                "train.learning-rate", new RealRange(0.01, 1, Scale.LOGARITHMIC, Optional.of(3))),
            dimension(
                "train.optimizer.weight-decay",
                new RealRange(0, 1e-3, Scale.LINEAR, Optional.empty())),
            dimension("train.schedule.milestones", new OneOf(List.of("[80,120]", "[40]"))),
            dimension(
                "train.batch", new IntegerRange(16, 256, Scale.LOGARITHMIC, Optional.empty())),
            dimension("averaging.frequency", new IntegerRange(1, 9, Scale.LINEAR, Optional.empty()))
                .when("train.schedule.kind", List.of("step", "cosine")),
            dimension("ssc.g", new OneOf(List.of("null", "4"))).when("method", List.of("ssc")),
            dimension("method", new OneOf(List.of("ssc", "dense"))),
            dimension("train.schedule.kind", new OneOf(List.of("step", "cosine", "constant"))));
    assertThat(space(SpaceFormat.json(space).toString())).isEqualTo(space);
  }

  private static Dimension dimension(String key, org.sscspark.search.Domain domain) {
    return new Dimension(key, domain, Optional.empty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          density { uniform = [0.2, 0.1] }          | key density: the range from 0.2 to 0.1 is empty
          train.optimizer.weight-decay { log-uniform = [-1, 1] }        | key train.optimizer.weight-decay: a logarithmic range must be above 0
          density { uniform = [0.1] }               | uniform needs two numbers, as in [0.1, 1]
          density { uniform = [a, b] }              | a is no number
          density { uniform = 0.1 }                 | uniform must be a list
          train.batch { integers = [1.5, 3] }       | integers needs whole numbers
          density { unifrom = [0.1, 0.2] }          | unifrom is no kind of values; did you mean 'uniform'?
          density { uniform = [0.1, 1], level = 3 } | level is unknown: did you mean 'levels'?
          density { uniform = [0, 1], choice = [1] }| has choice and uniform; give one of them
          density = 0.1                             | key density (String: 1): give values, as in [a, b]
          density = []                              | a choice needs one value at least
          density { choice = [1], when = ssc }      | when needs one other key, as in { method = ssc }
          density { choice = [1], when { a = b } }  | its condition is on a, which is no key of the space
          """)
  void badSpacesAreOneLine(String text, String message) {
    assertThatThrownBy(() -> space(text))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message)
        .hasMessageStartingWith("Space")
        .message()
        .doesNotContain("\n");
  }
}
