package org.sscspark.spark.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.config.Settings;
import org.sscspark.config.SettingsBundle;
import org.sscspark.config.SettingsSource;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.train.UnusedSettings;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that runs on Spark and takes settings. */
public abstract class SparkCommand extends SscCommand {
  static final String CONFIG = "--config";

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark master, as in local[2], spark://HOST:7077 or yarn; else local[*].")
  private Optional<String> master = Optional.empty();

  @Option(names = CONFIG, paramLabel = "FILE", description = "Settings file (HOCON).")
  private Optional<String> config = Optional.empty();

  @Option(
      names = "--dry-run",
      description = "Check everything, print what would be done, and do nothing.")
  private boolean dryRun;

  @Parameters(paramLabel = "KEY=VALUE", description = "Settings that override the file's.")
  private List<String> overrides = new ArrayList<>();

  /**
   * Defaults, the file of --config and the key=value arguments, merged; with them the options of
   * the command that stand for settings.
   *
   * @throws BadInputException also if such an option and an argument contradict each other
   */
  protected final Settings settings() {
    List<SettingOption> options = settingOptions();
    List<String> given = options.stream().map(SettingOption::argument).toList();
    Settings settings = Settings.load(source(), file(), joined(overrides, given));
    if (!options.isEmpty()) {
      Settings reversed = Settings.load(source(), file(), joined(given, overrides));
      options.forEach(option -> option.requireAlike(settings, reversed));
    }
    settings.requireArguments(qualifiedName(), this::reads);
    return settings;
  }

  /** Whether the command has a use for an argument of this key. */
  protected boolean reads(String key) {
    return true;
  }

  /** Says which arguments this command, unlike others, does not look at. */
  protected final void sayIgnored(Settings settings, Predicate<String> isUsed) {
    List<String> ignored = settings.arguments().stream().filter(isUsed.negate()).toList();
    if (!ignored.isEmpty()) {
      say(
          "Settings that %s does not use: %s"
              .formatted(qualifiedName(), String.join(", ", ignored)));
    }
  }

  /** Says which of the settings that were given change nothing. */
  protected final void sayUnused(Settings settings, List<Experiment> runs, Set<String> varied) {
    UnusedSettings.text(settings, runs, varied).ifPresent(this::say);
  }

  /** The options that were given and stand for settings; of most commands none does. */
  List<SettingOption> settingOptions() {
    return List.of();
  }

  private static List<String> joined(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /** As {@link #settings()}, for a command whose resource overrides some defaults. */
  protected final Settings settings(String preset) {
    Settings settings = Settings.load(preset, source(), file(), overrides);
    settings.requireArguments(qualifiedName(), this::reads);
    return settings;
  }

  /**
   * The settings that were most likely meant by an option that is not known, in words.
   *
   * @param option as it was given, perhaps with a value
   * @param arguments all that were given
   */
  final Optional<String> settingFor(String option, List<String> arguments) {
    String[] parts = option.replaceFirst("^-+", "").split("=", 2);
    int next = arguments.indexOf(option) + 1;
    String value =
        parts.length > 1
            ? parts[1]
            : next < arguments.size() && !arguments.get(next).matches("--.*|.*=.*")
                ? arguments.get(next)
                : "...";
    return Settings.knownAs(parts[0]).stream()
        .filter(this::reads)
        .map(key -> key + "=" + value)
        .reduce((one, other) -> one + " or " + other)
        .map("settings are written key=value: "::concat);
  }

  /** The settings file of this machine that a driver on another one would not find. */
  final Optional<SettingsBundle> bundle() {
    return config
        .filter(file -> Location.of(file).getScheme().equals("file"))
        .map(file -> SettingsBundle.of(SettingsSource.LOCAL, file));
  }

  private Optional<String> file() {
    return config.map(file -> sent().map(bundle -> bundle.main().toString()).orElse(file));
  }

  private SettingsSource source() {
    Optional<SettingsBundle> sent = sent();
    return sent.isPresent() ? sent.get() : new SettingsReader(hadoop(), ClusterDriver.isThis());
  }

  /** What came with a driver that was sent into the cluster. */
  private static Optional<SettingsBundle> sent() {
    return Optional.ofNullable(System.getProperty(ClusterDriver.SETTINGS))
        .map(SettingsBundle::decoded);
  }

  /**
   * For a command that has options only.
   *
   * @throws BadInputException if settings were given all the same
   */
  protected final void rejectSettings() {
    rejectSettings("");
  }

  /**
   * For a command that has options only when it is given one of them.
   *
   * @param option that one
   * @throws BadInputException if settings were given all the same
   */
  protected final void rejectSettings(String option) {
    if (config.isPresent() || !overrides.isEmpty()) {
      // The name of the command stands before every message.
      throw new BadInputException(
          "%s takes no settings, but was given %s; use its options (--help)"
              .formatted(option, config.orElseGet(() -> overrides.get(0)))
              .strip());
    }
  }

  /**
   * For a command that only writes down what there is when it is given one of its options.
   *
   * @param option that one
   * @throws BadInputException if a plan is asked for all the same
   */
  protected final void rejectDryRun(String option) {
    if (dryRun) {
      throw new BadInputException(option + " computes nothing; leave out --dry-run");
    }
  }

  /** Whether to print the plan and stop. */
  protected final boolean isDryRun() {
    return dryRun;
  }

  /** Starts Spark; close it at the end of the command. */
  protected final SparkSession openSession() {
    return Sessions.open(qualifiedName(), master);
  }
}
