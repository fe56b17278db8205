package org.sscspark.spark.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValue;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Settings;

/**
 * An option of a command that stands for a setting, as it was given.
 *
 * @param name of the option, as in {@code --from}
 * @param key of the setting
 * @param value what the user wrote
 * @param form makes one text of all that mean the same, as a location can be written in many ways
 */
record SettingOption(String name, String key, String value, UnaryOperator<String> form) {
  /** An option whose values mean what they are. */
  static SettingOption of(String name, String key, String value) {
    return new SettingOption(name, key, value, UnaryOperator.identity());
  }

  /** The option as an argument {@code key=value}. */
  String argument() {
    String text = form.apply(value);
    return text.equals(value) ? key + "=" + value : "%s=\"%s\"".formatted(key, text);
  }

  /**
   * Holds that no argument {@code key=value} says something else.
   *
   * @param options all settings, options overriding arguments
   * @param arguments all settings, arguments overriding options
   * @throws BadInputException if an argument does: which of both is meant is not known
   */
  void requireAlike(Settings options, Settings arguments) {
    Optional<ConfigValue> argument = in(arguments.config());
    if (!argument.equals(in(options.config())) && !argument.map(this::text).equals(meant())) {
      throw new BadInputException(
          "%s %s and %s=%s contradict each other; give one of them"
              .formatted(
                  name,
                  value,
                  key,
                  argument.map(other -> String.valueOf(other.unwrapped())).orElse("null")));
    }
  }

  private Optional<ConfigValue> in(Config config) {
    return config.hasPath(key) ? Optional.of(config.getValue(key)) : Optional.empty();
  }

  private String text(ConfigValue other) {
    return form.apply(String.valueOf(other.unwrapped()));
  }

  private Optional<String> meant() {
    return Optional.of(form.apply(value));
  }
}
