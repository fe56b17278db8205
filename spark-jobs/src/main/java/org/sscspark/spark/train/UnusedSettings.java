package org.sscspark.spark.train;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sscspark.config.KebabCase;
import org.sscspark.config.Settings;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pruning.Method;
import org.sscspark.pruning.PruningPlan;
import org.sscspark.spark.averaging.AveragingSettings.OuterKind;
import org.sscspark.spark.averaging.AveragingSettings.Schedule;
import org.sscspark.spark.averaging.AveragingSettings.ScheduleKind;
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

  private static final String AUGMENTATION = "train.augmentation";

  private static final Function<Experiment, ?> METHOD = Experiment::method;
  private static final Function<Experiment, ?> EPOCHS = run -> run.train().epochs();
  private static final Function<Experiment, ?> KIND = run -> run.train().schedule().kind();
  private static final Function<Experiment, ?> OUTER = run -> run.averaging().outer().step();

  private static final List<String> REACHED =
      List.of("train.epochs", "train.schedule.kind", "train.schedule.milestones");

  /** Of any network: optimizers that remember nothing of one remember nothing of others. */
  private static final ParameterLayout SMALL =
      ParameterLayout.of(ModelZoo.named("convnet", new FeatureShape(3, 16, 16), 2, 1));

  private static final List<Rule> RULES =
      List.of(
          new Rule(
              "density",
              List.of("method"),
              METHOD,
              (run, key) -> !run.method().equals(Method.DENSE) || run.density() == 1),
          new Rule(
              "density",
              List.of("ssc.g", "method"),
              run -> run.ssc().g().orElseThrow(),
              (run, key) -> run.ssc().g().isEmpty() || !run.method().readsSsc("g")),
          new Rule("ssc", List.of("method"), METHOD, (run, key) -> run.method().readsSsc(key)),
          new Rule(
              "pruning", List.of("method"), METHOD, (run, key) -> run.method().readsPruning(key)),
          new Rule(
              "pruning.schedule",
              List.of("pruning.steps", "method"),
              UnusedSettings::steps,
              (run, key) -> run.method().readsPruning("schedule") && steps(run) > 1),
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
              "train.schedule.factor",
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
              "train.patience",
              List.of("train.epochs", "train.patience", "method", "pruning.dense-share"),
              EPOCHS,
              (run, key) ->
                  // The first evaluation that counts follows the first epoch that is not dense.
                  run.train().patience() == 0
                      || run.denseEpochs() + 1 + run.train().patience() < run.train().epochs()),
          new Rule(
              "averaging.frequency",
              List.of(
                  "train.epochs",
                  "averaging.schedule.kind",
                  "averaging.schedule.from",
                  "train.schedule.kind",
                  "train.schedule.milestones"),
              EPOCHS,
              (run, key) -> longRounds(run) < run.train().epochs()),
          new Rule(
              "averaging.reduce",
              List.of("averaging.workers"),
              run -> 1,
              (run, key) -> !run.averaging().workers().equals(Optional.of(1))),
          new Rule(
              "averaging.optimizer-state",
              List.of("train.optimizer.type", "train.optimizer"),
              run -> run.train().optimizer().type(),
              (run, key) -> run.train().optimizer().stateSize(SMALL) > 0),
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

  /** Of a choice of weights that nothing is trained by. */
  private static final List<Rule> CHOICE_RULES =
      List.of(
          new Rule(
              AUGMENTATION,
              List.of("method"),
              METHOD,
              (run, key) -> key.equals("resize") || run.method().needsData()),
          new Rule(
              AUGMENTATION,
              List.of("pruning.augmentation"),
              run -> run.pruning().augmentation(),
              (run, key) -> key.equals("resize") || run.pruning().augmentation()));

  private UnusedSettings() {}

  private static int steps(Experiment run) {
    return PruningPlan.steps(run.method(), run.pruning());
  }

  /** The epoch from which on rounds are as long as is asked for. */
  private static double longRounds(Experiment run) {
    Schedule schedule = run.averaging().schedule();
    return schedule.kind() == ScheduleKind.POST_LOCAL
        ? schedule.from().orElseGet(() -> drops(run) ? milestones(run).get(0) : 0)
        : 0;
  }

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
    return text(RULES, settings, runs, varied);
  }

  /**
   * As {@link #text}, of settings for a choice of weights that is not trained.
   *
   * @param run whose weights are chosen
   */
  public static Optional<String> textOfChoice(Settings settings, Experiment run) {
    List<Rule> rules = Stream.concat(RULES.stream(), CHOICE_RULES.stream()).toList();
    return text(rules, settings, List.of(run), Set.of());
  }

  private static Optional<String> text(
      List<Rule> rules, Settings settings, List<Experiment> runs, Set<String> varied) {
    Set<String> keys = new TreeSet<>(settings.given());
    keys.addAll(varied);
    List<String> told = new ArrayList<>();
    unused(rules, keys, runs, varied)
        .forEach((key, rule) -> told.add(key + " (" + reasons(rule, runs) + ")"));
    return told.isEmpty()
        ? Optional.empty()
        : Optional.of("Settings without effect: " + String.join(", ", told));
  }

  /** Those of some keys whose settings change nothing of a run. */
  public static Set<String> among(Set<String> keys, Experiment run) {
    return unused(RULES, keys, List.of(run), Set.of()).keySet();
  }

  /** The keys that change nothing, each with the rule that says so. */
  private static SortedMap<String, Rule> unused(
      List<Rule> rules, Set<String> keys, List<Experiment> runs, Set<String> varied) {
    SortedMap<String, Rule> unused = new TreeMap<>();
    for (String key : keys) {
      rules.stream()
          .filter(rule -> rule.isOf(key) && rule.isDecided(varied))
          .filter(rule -> runs.stream().noneMatch(run -> rule.isUsed(run, key)))
          .findFirst()
          .ifPresent(rule -> unused.put(key, rule));
    }
    return unused;
  }

  private static String reasons(Rule rule, List<Experiment> runs) {
    return runs.stream()
        .map(rule::because)
        .collect(Collectors.toCollection(LinkedHashSet::new))
        .stream()
        .collect(Collectors.joining(", "));
  }
}
