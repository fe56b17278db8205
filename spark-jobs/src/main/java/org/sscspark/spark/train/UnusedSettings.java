package org.sscspark.spark.train;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.sscspark.config.KebabCase;
import org.sscspark.config.Settings;
import org.sscspark.pruning.Method;
import org.sscspark.spark.averaging.AveragingSettings.OuterKind;
import org.sscspark.training.ScheduleSettings;

/**
 * Settings that were given and change nothing, because of what another setting says. They are not
 * refused, as contradictions are: one file may serve several methods.
 */
public final class UnusedSettings {
  /**
   * When settings have no effect.
   *
   * @param settings one, or a section, each of which is asked for
   * @param decisive the settings that say so; the first is told
   * @param value of the first
   * @param isUsed by an experiment; of a section the key within it
   */
  private record Rule(
      String settings,
      List<String> decisive,
      Function<Experiment, ?> value,
      BiPredicate<Experiment, String> isUsed) {

    boolean isOf(String key) {
      return Settings.isWithin(key, settings);
    }

    boolean isDecided(Set<String> varied) {
      return decisive.stream().noneMatch(varied::contains);
    }

    boolean isUsed(Experiment experiment, String key) {
      return isUsed.test(experiment, key.equals(settings) ? "" : inSection(key));
    }

    private String inSection(String key) {
      return key.substring(settings.length() + 1).replaceFirst("\\..*", "");
    }

    String because(Experiment experiment) {
      Object is = value.apply(experiment);
      return decisive.get(0) + " = " + (is instanceof Enum<?> one ? KebabCase.of(one) : is);
    }
  }

  private static final Function<Experiment, ?> METHOD = Experiment::method;
  private static final Function<Experiment, ?> EPOCHS = run -> run.train().epochs();
  private static final Function<Experiment, ?> KIND = run -> run.train().schedule().kind();
  private static final Function<Experiment, ?> OUTER = run -> run.averaging().outer().step();

  private static final List<String> REACHED =
      List.of("train.epochs", "train.schedule.kind", "train.schedule.milestones");

  private static final List<Rule> RULES =
      List.of(
          new Rule(
              "density",
              List.of("method"),
              METHOD,
              (run, key) -> !run.method().equals(Method.DENSE)),
          new Rule(
              "density",
              List.of("ssc.g", "method"),
              run -> run.ssc().g().orElseThrow(),
              (run, key) -> run.ssc().g().isEmpty() || !run.method().readsSsc("g")),
          new Rule("ssc", List.of("method"), METHOD, (run, key) -> run.method().readsSsc(key)),
          new Rule(
              "pruning", List.of("method"), METHOD, (run, key) -> run.method().readsPruning(key)),
          new Rule(
              "train.schedule.milestones",
              List.of("train.schedule.kind"),
              KIND,
              (run, key) -> drops(run)),
          new Rule(
              "train.schedule.factor",
              List.of("train.schedule.kind"),
              KIND,
              (run, key) -> drops(run)),
          new Rule(
              "train.schedule.kind",
              REACHED,
              EPOCHS,
              (run, key) -> !drops(run) || milestones(run).get(0) < run.train().epochs()),
          new Rule(
              "train.schedule.milestones",
              REACHED,
              EPOCHS,
              (run, key) ->
                  !drops(run)
                      || milestones(run).get(milestones(run).size() - 1) < run.train().epochs()),
          new Rule(
              "train.stop-after",
              List.of("train.epochs", "train.stop-after"),
              EPOCHS,
              (run, key) ->
                  run.train().stopAfter() == 0 || run.train().stopAfter() < run.train().epochs()),
          new Rule(
              "averaging.schedule.from",
              List.of("train.epochs", "averaging.schedule.from"),
              EPOCHS,
              (run, key) -> run.averaging().schedule().from().orElse(0.0) < run.train().epochs()),
          new Rule(
              "averaging.outer.momentum",
              List.of("averaging.outer.step"),
              OUTER,
              (run, key) -> run.averaging().outer().step() != OuterKind.MEAN),
          new Rule(
              "averaging.outer.learning-rate",
              List.of("averaging.outer.step"),
              OUTER,
              (run, key) -> run.averaging().outer().step() != OuterKind.MEAN));

  private UnusedSettings() {}

  private static boolean drops(Experiment run) {
    return run.train().schedule().kind() == ScheduleSettings.Kind.STEP;
  }

  private static List<Double> milestones(Experiment run) {
    return run.train().schedule().milestones();
  }

  /**
   * What to tell a user of settings that were given.
   *
   * @param runs those that the settings are for; a setting that one of them uses has an effect
   * @param varied keys that take other values too: of those that hang on one of them nothing is
   *     said
   * @return one line, if there is anything to tell
   */
  public static Optional<String> text(
      Settings settings, List<Experiment> runs, Set<String> varied) {
    Set<String> keys = new TreeSet<>(settings.given());
    keys.addAll(varied);
    List<String> unused =
        keys.stream()
            .flatMap(
                key ->
                    RULES.stream()
                        .filter(rule -> rule.isOf(key) && rule.isDecided(varied))
                        .filter(rule -> runs.stream().noneMatch(run -> rule.isUsed(run, key)))
                        .limit(1)
                        .map(rule -> key + " (" + reasons(rule, runs) + ")"))
            .toList();
    return unused.isEmpty()
        ? Optional.empty()
        : Optional.of("Settings without effect: " + String.join(", ", unused));
  }

  private static String reasons(Rule rule, List<Experiment> runs) {
    return runs.stream()
        .map(rule::because)
        .collect(Collectors.toCollection(LinkedHashSet::new))
        .stream()
        .collect(Collectors.joining(", "));
  }
}
