package org.sscspark.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FieldsTest {
  private record Run(String name, Optional<Long> steps, double share, List<String> words) {}

  private static final Field<Run, String> NAME = Field.word("name", "run", Run::name);
  private static final Field<Run, Long> STEPS =
      Field.formatted("bestStep", "steps", FieldType.COUNT, Run::steps, Figures::count);
  private static final Field<Run, Double> SHARE =
      Field.<Run, Double>formatted(
              "share",
              "of all",
              FieldType.NUMBER,
              run -> Optional.of(run.share()),
              Figures::percent)
          .withCsvName("share_of_all");
  private static final Field<Run, List<String>> WORDS =
      Field.of(
          "words",
          "said",
          FieldType.WORDS,
          run -> Optional.of(run.words()),
          run -> run.words().size() + " words");

  private static final Fields<Run> ALL = Fields.of(NAME, STEPS, SHARE, WORDS);
  private static final List<Run> RUNS =
      List.of(
          new Run("a, b", Optional.of(12_345L), 0.125, List.of("x", "y")),
          new Run("c", Optional.empty(), 1.0 / 3, List.of()));

  @Test
  void oneDescriptionGivesTableCsvAndJson() {
    assertThat(ALL.table(RUNS).text())
        .isEqualTo(
            """
            run    steps   of all  said
            ----  ------  -------  -------
            a, b  12,345  12.50 %  2 words
            c             33.33 %  0 words
            """);
    assertThat(ALL.csv(RUNS))
        .isEqualTo(
            "name,best_step,share_of_all,words\r\n"
                + "\"a, b\",12345,0.125,x y\r\n"
                + "c,,0.3333333333333333,\r\n");
    assertThat(ALL.json(RUNS).toString())
        .isEqualTo(
            "[{\"name\":\"a, b\",\"bestStep\":12345,\"share\":0.125,\"words\":[\"x\",\"y\"]},"
                + "{\"name\":\"c\",\"share\":0.3333333333333333,\"words\":[]}]");
  }

  /** A column in which nothing differs is a sentence; an only row keeps all of its columns. */
  @Test
  void whatAllRowsShareCanBeSaidInWords() {
    List<Run> alike =
        List.of(
            new Run("a", Optional.of(7L), 0.5, List.of("x", "y")),
            new Run("b", Optional.of(7L), 0.25, List.of("y", "z")));

    assertThat(ALL.shared(alike).fields()).containsExactly(STEPS, WORDS);
    assertThat(ALL.shared(alike).words(alike.get(0))).isEqualTo("steps 7, said 2 words");
    assertThat(ALL.without(ALL.shared(alike)).table(alike).text())
        .isEqualTo(
            """
            run   of all
            ---  -------
            a    50.00 %
            b    25.00 %
            """);
    assertThat(ALL.shared(alike.subList(0, 1)).fields()).isEmpty();
    assertThat(ALL.shared(List.of()).fields()).isEmpty();
    assertThat(Fields.of(STEPS).words(RUNS.get(1))).as("unknown").isEmpty();
  }

  @Test
  void aValueMayTakeSeveralColumnsAlsoWhereItIsUnknown() {
    FieldType<Double> halves =
        new FieldType<>(
            Table.Align.RIGHT,
            List.of("_whole", "_half"),
            value -> List.of(Double.toString(value), Double.toString(value / 2)),
            com.fasterxml.jackson.databind.node.DoubleNode::valueOf);
    Fields<Optional<Double>> fields =
        Fields.of(Field.formatted("size", "size", halves, value -> value, Figures::percent));
    assertThat(fields.csv(List.of(Optional.of(4.0), Optional.empty())))
        .isEqualTo("size_whole,size_half\r\n4.0,2.0\r\n,\r\n");
  }
}
