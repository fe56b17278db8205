package org.sscspark.spark.sweep;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sscspark.config.KebabCase;
import org.sscspark.report.Field;
import org.sscspark.report.FieldType;
import org.sscspark.report.Fields;
import org.sscspark.report.Figures;
import org.sscspark.report.Table.Align;
import org.sscspark.search.Standing;

/**
 * What is told of a trial of a sweep. In tables and CSV the values of the space have a column each.
 */
record StandingFields(Sweep sweep) {
  /** A trial at its place, from 1. */
  record Ranked(int rank, Standing standing) {
    /** Trials, the best first. */
    static List<Ranked> of(List<Standing> board) {
      return IntStream.range(0, board.size())
          .mapToObj(place -> new Ranked(place + 1, board.get(place)))
          .toList();
    }
  }

  /** A value of the space, as it is written in settings. */
  private static final FieldType<String> VALUE =
      new FieldType<>(
          Align.RIGHT, FieldType.WORD.suffixes(), FieldType.WORD.cells(), FieldType.WORD.json());

  private static final Field<Ranked, Long> RANK =
      Field.formatted(
          "rank", "rank", FieldType.COUNT, one -> Optional.of((long) one.rank()), Figures::count);

  private static final Field<Ranked, Long> TRIAL =
      Field.formatted(
          "trial",
          "trial",
          FieldType.COUNT,
          one -> Optional.of((long) one.standing().trial()),
          trial -> Long.toString(trial));

  private static final Field<Ranked, String> STATE =
      Field.word("state", "state", one -> KebabCase.of(one.standing().state()));

  private static final Field<Ranked, Long> EPOCHS =
      Field.formatted(
          "epochs",
          "epochs",
          FieldType.COUNT,
          one -> Optional.of((long) one.standing().epochs()),
          epochs -> Long.toString(epochs));

  private static final Field<Ranked, String> REASON =
      Field.formatted(
          "reason",
          "why it failed",
          FieldType.WORD,
          one -> Optional.of(one.standing().reason()).filter(reason -> !reason.isEmpty()),
          reason -> reason);

  /** Its column has the name of what is measured. */
  private Field<Ranked, Double> score() {
    String metric = sweep.search().objective().metric();
    return Field.<Ranked, Double>formatted(
            "score", metric, FieldType.NUMBER, one -> one.standing().score(), sweep::score)
        .withCsvName(metric);
  }

  private List<Field<Ranked, ?>> values() {
    List<Field<Ranked, ?>> values = new ArrayList<>();
    for (String key : sweep.search().space().keys()) {
      values.add(
          Field.<Ranked, String>formatted(
                  key, key, VALUE, one -> one.standing().point().value(key), value -> value)
              .withCsvName(key));
    }
    return values;
  }

  /** For people. */
  Fields<Ranked> table() {
    List<Field<Ranked, ?>> fields = new ArrayList<>(List.of(TRIAL, score(), EPOCHS, STATE));
    fields.addAll(values());
    return new Fields<>(fields);
  }

  /** For other programs; no times, so equal sweeps give equal bytes. */
  Fields<Ranked> results() {
    List<Field<Ranked, ?>> fields = new ArrayList<>(List.of(RANK, TRIAL, STATE, EPOCHS, score()));
    fields.addAll(values());
    fields.add(REASON);
    return new Fields<>(fields);
  }

  /** A document, in which the values of the space are an object. */
  ObjectNode document(Ranked one) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    Fields.of(TRIAL, STATE, EPOCHS, score()).put(json, one);
    one.standing().point().values().forEach(json.putObject("values")::put);
    Fields.of(REASON).put(json, one);
    return json;
  }
}
