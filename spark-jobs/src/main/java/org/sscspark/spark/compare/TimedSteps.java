package org.sscspark.spark.compare;

import static java.util.Collections.disjoint;
import static org.sscspark.spark.trial.JsonParts.needed;
import static org.sscspark.spark.trial.JsonParts.number;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sscspark.config.CanonicalJson;
import org.sscspark.config.Settings;
import org.sscspark.network.SscSettings;
import org.sscspark.pruning.Method;
import org.sscspark.training.MetricsJson;

/**
 * How long steps took where a comparison was planned. Never measured again once it is known: what
 * trials are follows from it, so whoever resumes them reads it.
 *
 * @param processor that computed
 * @param engine that computed, in words
 * @param rows of one measurement or of several on the same machine
 * @param solved densities that followed from measurements
 */
record TimedSteps(String processor, String engine, List<StepTime> rows, List<SolvedStep> solved) {
  private static final String VARIANT = "variant";
  private static final String SETTINGS = "settings";

  TimedSteps {
    rows = List.copyOf(rows);
    solved = List.copyOf(solved);
  }

  /** Times from which no densities followed. */
  TimedSteps(String processor, String engine, List<StepTime> rows) {
    this(processor, engine, rows, List.of());
  }

  Optional<SolvedStep> solved(CellKey key) {
    return solved.stream().filter(one -> one.key().equals(key)).findFirst();
  }

  Optional<StepTime> find(CellKey key) {
    return rows.stream().filter(row -> row.key().equals(key)).findFirst();
  }

  /**
   * What keeps two of them from becoming one, in words: another machine, or the same step measured
   * twice.
   */
  Optional<String> difference(TimedSteps other) {
    Optional<String> another = otherMachine(other);
    if (another.isPresent()) {
      return another;
    }
    Optional<String> density =
        solved.stream()
            .filter(one -> other.solved(one.key()).filter(two -> !two.equals(one)).isPresent())
            .map(
                one ->
                    "the density of %s was found as %s and is now %s"
                        .formatted(
                            one.key().name(),
                            one.inWords(),
                            other.solved(one.key()).orElseThrow().inWords()))
            .findFirst();
    if (density.isPresent()) {
      return density;
    }
    return rows.stream()
        .filter(row -> other.find(row.key()).filter(second -> !second.equals(row)).isPresent())
        .map(
            row ->
                "a step of %s was timed as %s s and is now %s s"
                    .formatted(
                        row.key().name(),
                        row.seconds(),
                        other.find(row.key()).orElseThrow().seconds()))
        .findFirst();
  }

  /**
   * That rows of the other are set against rows of these without a step that both were timed with,
   * in words.
   *
   * @param oneBudget whether all rows spend the same seconds, and not those of SSC at their density
   */
  Optional<String> timedApart(TimedSteps other, boolean oneBudget) {
    if (oneBudget && standsBeside(other) && rows.stream().noneMatch(other.rows::contains)) {
      return Optional.of("steps were timed anew, and none has the same time in both");
    }
    return solved.stream()
        .map(SolvedStep::ssc)
        .filter(ssc -> !other.sscTimes(ssc.key()).isEmpty())
        .filter(ssc -> disjoint(sscTimes(ssc.key()), other.sscTimes(ssc.key())))
        .map(
            ssc ->
                "a step of %s was timed as %s s and is now %s s"
                    .formatted(
                        ssc.key().name(),
                        ssc.seconds(),
                        other.sscTimes(ssc.key()).get(0).seconds()))
        .findFirst();
  }

  /** Whether a row of one is set against one of the other; dense is set against all. */
  private boolean standsBeside(TimedSteps other) {
    return rows.stream()
        .map(StepTime::key)
        .anyMatch(
            one ->
                other.rows.stream()
                    .map(StepTime::key)
                    .anyMatch(
                        two ->
                            one.density() == two.density()
                                || one.method().equals(Method.DENSE)
                                || two.method().equals(Method.DENSE)));
  }

  /** What SSC's step took each time that a density was found by it. */
  private List<StepTime> sscTimes(CellKey key) {
    return solved.stream().map(SolvedStep::ssc).filter(one -> one.key().equals(key)).toList();
  }

  /** That the other was measured on another machine, in words. */
  Optional<String> otherMachine(TimedSteps other) {
    return machine().equals(other.machine())
        ? Optional.empty()
        : Optional.of(
            "steps were timed on %s and are now on %s".formatted(machine(), other.machine()));
  }

  /**
   * The rows beside which others are timed later: SSC's, which all are set against; where there are
   * none, the first.
   */
  List<CellKey> references() {
    List<CellKey> ssc = rows.stream().map(StepTime::key).filter(CellKey::isSsc).toList();
    return ssc.isEmpty()
        ? rows.stream().map(StepTime::key).filter(key -> key.variant().isEmpty()).limit(1).toList()
        : ssc;
  }

  /**
   * These times as they would have been when others were measured: longer by as much as a row's was
   * then that both have, that of the same density if there is one. Rows that both have are left
   * out, for they have their times.
   */
  TimedSteps asBeside(TimedSteps before) {
    return new TimedSteps(
        processor,
        engine,
        rows.stream()
            .filter(row -> before.find(row.key()).isEmpty())
            .map(row -> row.times(ratio(row.key(), before)))
            .toList(),
        solved);
  }

  private double ratio(CellKey key, TimedSteps before) {
    List<CellKey> both = before.references().stream().filter(one -> find(one).isPresent()).toList();
    return both.stream()
        .filter(one -> one.density() == key.density())
        .findFirst()
        .or(() -> both.stream().findFirst())
        .map(one -> before.find(one).orElseThrow().seconds() / find(one).orElseThrow().seconds())
        .orElse(1.0);
  }

  /** What computed. */
  String machine() {
    return processor + ", engine " + engine;
  }

  /** With those of another measurement on the same machine as well. */
  TimedSteps plus(TimedSteps other) {
    return new TimedSteps(
        processor,
        engine,
        Stream.concat(rows.stream(), other.rows.stream().filter(row -> find(row.key()).isEmpty()))
            .collect(Collectors.toList()),
        Stream.concat(
                solved.stream(), other.solved.stream().filter(one -> solved(one.key()).isEmpty()))
            .collect(Collectors.toList()));
  }

  ObjectNode json() {
    ObjectNode json =
        JsonNodeFactory.instance.objectNode().put("processor", processor).put("engine", engine);
    ArrayNode array = json.putArray("rows");
    rows.forEach(row -> row.put(put(array.addObject(), row.key())));
    if (!solved.isEmpty()) {
      ArrayNode densities = json.putArray("solved");
      for (SolvedStep one : solved) {
        ObjectNode object = put(densities.addObject(), one.key()).put("found", one.density());
        one.own().put(object);
        one.ssc().put(object.putObject("ssc"));
      }
    }
    return json;
  }

  /**
   * Reads {@link #json}.
   *
   * @param variants whose times an older program has kept by their names alone; those of other
   *     variants it has kept are nobody's
   * @throws IllegalArgumentException if something is missing; the message names it
   */
  static TimedSteps fromJson(JsonNode json, List<VariantKey> variants) {
    List<StepTime> rows = new ArrayList<>();
    for (JsonNode row : needed(json, "rows")) {
      key(row, variants).ifPresent(key -> rows.add(StepTime.fromJson(key, row)));
    }
    List<SolvedStep> solved = new ArrayList<>();
    for (JsonNode one : json.path("solved")) {
      key(one, variants).ifPresent(key -> solved.add(solved(key, one)));
    }
    return new TimedSteps(
        needed(json, "processor").asText(), needed(json, "engine").asText(), rows, solved);
  }

  private static SolvedStep solved(CellKey key, JsonNode json) {
    return new SolvedStep(
        number(json, "found"),
        StepTime.fromJson(key, json),
        StepTime.fromJson(new CellKey(Method.SSC, key.density()), needed(json, "ssc")));
  }

  private static ObjectNode put(ObjectNode json, CellKey key) {
    json.put("method", key.method().name());
    key.variant()
        .ifPresent(
            variant ->
                json.put(VARIANT, variant.name())
                    .set(SETTINGS, MetricsJson.read(CanonicalJson.of(variant.ssc()))));
    return json.put("density", key.density());
  }

  private static Optional<CellKey> key(JsonNode json, List<VariantKey> variants) {
    Method method = new Method(needed(json, "method").asText());
    double density = number(json, "density");
    if (!json.has(VARIANT)) {
      return Optional.of(new CellKey(method, density));
    }
    String name = json.path(VARIANT).asText();
    Optional<VariantKey> variant =
        json.has(SETTINGS)
            ? Optional.of(new VariantKey(name, settings(json.path(SETTINGS))))
            : variants.stream().filter(one -> one.name().equals(name)).findFirst();
    return variant.map(one -> new CellKey(method, Optional.of(one), density));
  }

  private static SscSettings settings(JsonNode json) {
    if (!json.isObject()) {
      throw new IllegalArgumentException("%s is %s, no section".formatted(SETTINGS, json));
    }
    return Settings.bind(ConfigFactory.parseString(json.toString()), SscSettings.class);
  }
}
