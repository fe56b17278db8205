package org.sscspark.spark.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.sscspark.checkpoint.RunRecord;
import org.sscspark.config.BadInputException;
import org.sscspark.config.CanonicalJson;
import org.sscspark.config.Settings;
import org.sscspark.report.Table;
import org.sscspark.search.Budget;
import org.sscspark.search.History;
import org.sscspark.search.Importance;
import org.sscspark.search.Standing;
import org.sscspark.spark.sweep.StandingFields.Ranked;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.train.UnusedSettings;
import org.sscspark.spark.trial.FailedTrialsException;
import org.sscspark.spark.trial.TrialFolder;
import org.sscspark.training.MetricsJson;

/**
 * What a sweep has come to, now.
 *
 * @param data the data sets, in words
 * @param standings the leaderboard
 * @param importance of each key, the most important first
 * @param curves the metrics of each complete epoch, by trial
 * @param leftOver trials that this start could not compute for reasons that are not theirs
 * @param seconds that the sweep had run when the last event was logged
 */
public record SweepResult(
    Sweep sweep,
    URI location,
    SortedMap<String, String> data,
    History history,
    List<Standing> standings,
    List<Importance> importance,
    SortedMap<Integer, List<JsonNode>> curves,
    SortedMap<Integer, String> leftOver,
    double seconds) {
  private static final int SHOWN = 10;

  public SweepResult {
    standings = List.copyOf(standings);
    importance = List.copyOf(importance);
  }

  /** Reads what there is. */
  static SweepResult of(SweepFolder folder) throws IOException {
    return of(folder, folder.journal(), new TreeMap<>());
  }

  /**
   * Reads what there is, beside what is known.
   *
   * @param journal what the folder's has
   */
  static SweepResult of(
      SweepFolder folder, List<LoggedEvent> journal, SortedMap<Integer, String> leftOver)
      throws IOException {
    RunRecord plan =
        folder
            .plan()
            .orElseThrow(
                () -> new BadInputException(folder.location() + " holds no sweep: no plan.json"));
    Sweep sweep =
        Sweep.of(
            plan.configuration(),
            // What was decided is in the journal; nothing more is, here.
            Budget.trials(1));
    History history = History.of(journal.stream().map(LoggedEvent::event).toList());
    return new SweepResult(
        sweep,
        folder.location(),
        plan.data(),
        history,
        Standing.leaderboard(sweep.search(), history),
        Importance.of(sweep.search().space(), history),
        curves(folder),
        new TreeMap<>(leftOver),
        journal.isEmpty() ? 0 : journal.get(journal.size() - 1).seconds());
  }

  /** Trials that could not even begin have no folder, and no curve. */
  private static SortedMap<Integer, List<JsonNode>> curves(SweepFolder folder) throws IOException {
    SortedMap<Integer, List<JsonNode>> curves = new TreeMap<>();
    for (Map.Entry<Integer, TrialFolder> trial : TrialFolders.below(folder).entrySet()) {
      curves.put(trial.getKey(), trial.getValue().metrics());
    }
    return curves;
  }

  /** The best trial, if any has a score. */
  public Optional<Standing> best() {
    return standings.stream()
        .filter(standing -> standing.state() != Standing.State.FAILED)
        .filter(standing -> standing.score().isPresent())
        .findFirst();
  }

  /** How many epochs were trained, over all trials: those of a failed one as far as it came. */
  public int epochs() {
    return standings.stream()
        .mapToInt(one -> Math.max(one.epochs(), curves.getOrDefault(one.trial(), List.of()).size()))
        .sum();
  }

  /**
   * Checks that not everything was in vain, and that nothing is left to do.
   *
   * @throws AllTrialsFailedException if trials were begun and all of them failed
   * @throws FailedTrialsException if some could not be computed
   */
  public void requireOneThatDidNotFail() {
    if (!leftOver.isEmpty()) {
      throw new FailedTrialsException(
          "%s of %s trials could not be computed (%s); the same command tries them again and goes on; trial %s: %s"
              .formatted(
                  leftOver.size(),
                  history.trials(),
                  lost(),
                  leftOver.firstKey(),
                  leftOver.get(leftOver.firstKey())));
    }
    if (!standings.isEmpty()
        && standings.stream().allMatch(one -> one.state() == Standing.State.FAILED)) {
      throw new AllTrialsFailedException(standings.size(), standings.get(0));
    }
  }

  /** The numbers of the trials that could not be computed, as many as a line takes. */
  private String lost() {
    String numbers =
        leftOver.keySet().stream()
            .limit(SHOWN)
            .map(String::valueOf)
            .collect(Collectors.joining(", "));
    return leftOver.size() > SHOWN ? numbers + ", ..." : numbers;
  }

  /** The best trials as a table. */
  public Table table() {
    return board(standings.subList(0, Math.min(SHOWN, standings.size())));
  }

  Table board(List<Standing> shown) {
    return new StandingFields(sweep).table().table(Ranked.of(shown));
  }

  /** All trials; no times, so equal sweeps give equal bytes. */
  String csv() {
    return new StandingFields(sweep).results().csv(Ranked.of(standings));
  }

  /** Everything as one document. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("location", location.toString());
    data.forEach(json.putObject("data")::put);
    json.setAll((ObjectNode) MetricsJson.read(sweep.configuration()));
    json.put("trials", history.trials());
    json.put("epochs", epochs());
    json.put("seconds", seconds);
    StandingFields fields = new StandingFields(sweep);
    best().ifPresent(best -> json.set("best", fields.document(new Ranked(1, best))));
    ArrayNode board = json.putArray("leaderboard");
    Ranked.of(standings).forEach(one -> board.add(fields.document(one)));
    ArrayNode keys = json.putArray("importance");
    for (Importance one : importance) {
      ObjectNode key = keys.addObject();
      key.put("key", one.key()).put("trials", one.trials());
      one.share().ifPresent(value -> key.put("share", value));
      one.correlation().ifPresent(value -> key.put("correlation", value));
    }
    return json;
  }

  /**
   * The settings of the best trial, as a file for {@code train --config}, without those that nobody
   * gave and that change nothing of it.
   */
  String bestSettings() {
    Standing best = best().orElseThrow();
    Experiment experiment = sweep.at(best.point());
    Config all = ConfigFactory.parseString(CanonicalJson.of(experiment));
    Config defaults =
        ConfigFactory.parseString(
            CanonicalJson.of(Settings.load(Optional.empty(), List.of()).bind(Experiment.class)));
    Set<String> asByDefault = new TreeSet<>();
    for (Map.Entry<String, ConfigValue> one : all.entrySet()) {
      String key = one.getKey();
      if (defaults.hasPath(key) && defaults.getValue(key).equals(one.getValue())) {
        asByDefault.add(key);
      }
    }
    Config told = all;
    for (String unused : UnusedSettings.among(asByDefault, experiment)) {
      told = told.withoutPath(unused);
    }
    String settings =
        told.root().render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false));
    return """
        # Trial %s of a sweep: %s %s after %s epochs, with
        #   %s
        # The same again: submit/ssc train --config THIS --data ... --test ... --out ...
        %s"""
        .formatted(
            best.trial(),
            sweep.search().objective().metric(),
            sweep.score(best.score().orElseThrow()),
            best.epochs(),
            best.point(),
            settings);
  }

  /** The leaderboard, what failed, and where the rest is. */
  public String text() {
    StringBuilder text = new StringBuilder(table().text());
    List<Standing> failed =
        standings.stream().filter(one -> one.state() == Standing.State.FAILED).toList();
    if (standings.isEmpty()) {
      text.append(
          "No trial has begun; where the sweep has ended, its budget was too small for one\n");
    }
    if (standings.size() > SHOWN) {
      text.append("and %s more in sweep.csv\n".formatted(standings.size() - SHOWN));
    }
    if (!failed.isEmpty()) {
      Standing first = failed.get(0);
      text.append(
          "%s failed; trial %s: %s\n".formatted(failed.size(), first.trial(), first.reason()));
    }
    return text.append("Report: %s/%s\n".formatted(location, SweepReport.FILE)).toString();
  }
}
