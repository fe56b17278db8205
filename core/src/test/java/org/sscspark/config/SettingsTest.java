package org.sscspark.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  private static final Config DEFAULTS =
      ConfigFactory.parseResources(SettingsTest.class, "test-defaults.conf");

  @TempDir Path directory;

  @Test
  void aSectionMayBeWrittenAsItsName() throws IOException {
    Config defaults =
        ConfigFactory.parseString("engine { name = auto, lanes = 16 }, other { a = 1 }");
    Path file = Files.writeString(directory.resolve("engine.conf"), "engine = lane");

    assertThat(engine(defaults, Optional.empty(), "engine=nd4j")).isEqualTo("nd4j 16");
    assertThat(engine(defaults, Optional.of(file.toString()))).isEqualTo("lane 16");
    assertThat(engine(defaults, Optional.of(file.toString()), "engine.lanes=8"))
        .isEqualTo("lane 8");
    assertThat(engine(defaults, Optional.empty(), "engine.lanes=8", "engine=nd4j"))
        .isEqualTo("nd4j 8");
    assertThat(new Engine("lane", Optional.empty()))
        .isEqualTo(Settings.bind(ConfigFactory.parseString("e = lane"), Holder.class).e());
  }

  /** Kind: a value that an object replaces, or an object that a value does, without a word. */
  @Test
  void aFileThatGivesASectionAsItsNameAndOtherwiseIsRefused() throws IOException {
    Config defaults =
        ConfigFactory.parseString(
            "engine { name = auto, lanes = 16 }, in { model { name = a, size { b = 1 } } }");
    Files.writeString(directory.resolve("name.conf"), "engine = lane");
    Files.writeString(directory.resolve("section.conf"), "{ engine { name = lane, lanes = 8 } }");
    Files.writeString(directory.resolve("lanes.conf"), "lanes = 8");
    Files.writeString(directory.resolve("other.conf"), "in.model.name = b");
    Files.writeString(directory.resolve("two.conf"), "engine.lanes = 8");
    Files.writeString(directory.resolve("two.properties"), "engine=lane");
    for (String text :
        List.of(
            "engine { name = lane, lanes = 8 }\nengine = nd4j",
            "engine = lane\nengine { lanes = 8 }",
            "engine = lane\nengine.lanes = 8",
            "# all in braces\n{ engine = lane, engine.lanes = 8, engine.lanes = 4 }",
            "engine.lanes = 8\nengine = lane\nengine { }",
            "include \"section.conf\"\nengine = nd4j",
            "include \"name.conf\"\nengine.lanes = 8",
            "engine.lanes = 8\ninclude \"name.conf\"",
            "engine.lanes = 4\nengine = lane\nengine.name = lane",
            "engine.lanes = 4\ninclude \"name.conf\"\nengine.name = lane",
            "engine = lane\nengine.name = lane\nengine { lanes = 8, name = nd4j }",
            "include \"name.conf\"\nengine { name = nd4j, lanes = 8 }",
            "engine = lane\ninclude \"section.conf\"",
            "engine = lane\ninclude \"other.conf\"\nengine.lanes = 8",
            "engine = lane\nengine { include \"lanes.conf\" }",
            "include \"two\"",
            "include classpath(\"org/sscspark/config/section.conf\")\nengine = nd4j",
            "engine = nd4j\ninclude classpath(\"org/sscspark/config/including-section\")",
            "\u00a0# all in braces\n\u2028{ engine = lane, engine.lanes = 8 }",
            "in.model = b\nin { model { size.b = 2 } }",
            "in { model { size { b = 2 } }, model = b }")) {
      Path file = Files.writeString(directory.resolve("mine.conf"), text);
      String section = text.startsWith("in.") || text.startsWith("in {") ? "in.model" : "engine";
      assertThatThrownBy(() -> engine(defaults, Optional.of(file.toString())))
          .as(text)
          .isInstanceOf(BadInputException.class)
          .hasMessage(
              "Settings file %s gives %s as a name and as a section, and one would replace the other: write %s.name = ..."
                  .formatted(file, section, section));
    }
    for (String text :
        List.of(
            "\u00a0{ engine { name = nd4j, lanes = 8 } }",
            "include classpath(\"org/sscspark/config/section\")\nengine.name = nd4j",
            "include \"section.conf\"\nengine.name = nd4j",
            "include \"section.conf\"\nengine { name = nd4j }")) {
      Path file = Files.writeString(directory.resolve("mine.conf"), text);
      assertThat(engine(defaults, Optional.of(file.toString()))).as(text).isEqualTo("nd4j 8");
    }
    Path twice =
        Files.writeString(directory.resolve("mine.conf"), "include \"name.conf\"\nengine = nd4j");
    assertThat(engine(defaults, Optional.of(twice.toString()))).isEqualTo("nd4j 16");
    Files.writeString(twice, "\u00a0{ engine = nd4j }");
    assertThat(engine(defaults, Optional.of(twice.toString()))).isEqualTo("nd4j 16");
  }

  /** Kind: a format in which the lines have no order, and one of two is left out without a word. */
  @Test
  void aFileOfPropertiesThatGivesASectionAsItsNameAndOtherwiseIsRefused() throws IOException {
    Config defaults = ConfigFactory.parseString("engine { name = auto, lanes = 16 }");
    Path file = directory.resolve("mine.properties");
    Path including =
        Files.writeString(directory.resolve("mine.conf"), "include \"mine.properties\"");
    for (String text :
        List.of(
            "engine=lane\nengine.lanes=8",
            "engine.lanes=8\nengine=lane",
            "engine=a\nengine.name=b")) {
      Files.writeString(file, text);
      for (Path given : List.of(file, including)) {
        assertThatThrownBy(() -> engine(defaults, Optional.of(given.toString())))
            .as(text)
            .isInstanceOf(BadInputException.class)
            .hasMessageContaining(file + " gives engine as a name and as a section");
      }
    }
    Files.writeString(file, "engine=lane");
    assertThat(engine(defaults, Optional.of(including.toString()))).isEqualTo("lane 16");
    Files.writeString(file, "engine.name=lane\nengine.lanes=8");
    assertThat(engine(defaults, Optional.of(file.toString()))).isEqualTo("lane 8");
    Files.writeString(including, "include \"mine.properties\"\nengine = nd4j");
    assertThatThrownBy(() -> engine(defaults, Optional.of(including.toString())))
        .hasMessageContaining(including + " gives engine as a name and as a section");
    Files.writeString(file, "engine.lanes=\\u12");
    assertThatThrownBy(() -> engine(defaults, Optional.of(file.toString())))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Cannot read settings file " + file + ": Malformed");
  }

  /** Kind: a check that comes before another and takes its message away. */
  @Test
  void aSectionThatIsASubstitutionAndHasOtherKeysIsRefusedInItsOwnWords() throws IOException {
    Config defaults =
        ConfigFactory.parseString(
            "engine { name = auto, lanes = 16 }, other { name = x, lanes = 3 }, in { model { name = a, size { b = 1 } } }, alt { model { name = q, size { b = 7 } } }");
    Files.writeString(directory.resolve("delayed.conf"), "engine = ${other}\nengine { lanes = 8 }");
    for (String text :
        List.of(
            "in = ${alt}\nin { model { size { b = 2 } } }",
            "engine = ${other}\nengine { lanes = 8 }",
            "include \"delayed.conf\"")) {
      Path file = Files.writeString(directory.resolve("mine.conf"), text);
      assertThatThrownBy(() -> engine(defaults, Optional.of(file.toString())))
          .as(text)
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining(
              "a section that is a substitution, as in train = ${other}, cannot be given other keys");
    }
  }

  private static String engine(Config defaults, Optional<String> file, String... overrides) {
    Config settings =
        Settings.load(defaults, SettingsSource.LOCAL, file, List.of(overrides)).config();
    return settings.getString("engine.name") + " " + settings.getInt("engine.lanes");
  }

  /** Kind: a value that an object replaces, or an object that a value does, without a word. */
  @Test
  void aSettingIsGivenAsAValueOrAsASectionNotBoth() throws IOException {
    for (String[] both :
        List.of(
            new String[] {"extra.model=[a, b]", "extra.model.width=[1, 2]", "extra.model.width"},
            new String[] {"extra.model.width=[1, 2]", "extra.model=[a, b]", "extra.model.width"},
            new String[] {"train=5", "train.epochs=2", "train.epochs"},
            new String[] {"train.schedule=fast", "train.schedule.warm-up=2", "warm-up"})) {
      assertThatThrownBy(() -> settings(both[0], "density=1", both[1]))
          .as(both[0])
          .isInstanceOf(BadInputException.class)
          .hasMessageContainingAll("Settings ", "(argument " + both[0] + ")", both[2])
          .hasMessageContainingAll("(argument " + both[1] + ")", "give one of them")
          .hasMessageNotContaining("\n");
    }
    assertThatThrownBy(() -> file("extra { deep.list = [1] }", "extra.deep.list.size=2"))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "Settings extra.deep.list (%s: 1) and extra.deep.list.size (argument extra.deep.list.size=2) contradict each other: one is a value, the other makes it a section; give one of them"
                .formatted(directory.resolve("mine.conf")));
    assertThat(settings("extra=null", "extra.a=2").bind(Open.class).extra()).containsEntry("a", 2);
    assertThat(settings("extra.a=2", "extra={b=3}").bind(Open.class).extra())
        .isEqualTo(Map.of("a", 2, "b", 3));
  }

  @Test
  void aSectionOfAnotherKindIsAMismatch() {
    for (String wrong : List.of("train=3", "train=[1]", "train=fast")) {
      assertMismatch(
          wrong, wrong.equals("train=fast") ? "\"fast\"" : wrong.substring(6), "a section");
    }
    assertThatThrownBy(() -> settings("train=null").bind("train", Train.class))
        .isInstanceOf(BadInputException.class)
        .hasMessage("Setting train is null (argument train=null); leave it out for the default");
    assertThat(settings("extra.b=1").section("extra").keySet()).containsExactly("b");
    assertThatThrownBy(() -> settings("extra=null").section("extra"))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "Setting extra = null (argument extra=null) must be a section, as in { key = value }");
    assertThatThrownBy(() -> settings("extra.b=1").section("extra.b"))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("Setting extra.b = 1 (argument extra.b=1) must be a section");
  }

  @Test
  void whatHasADefaultAndIsNullIsToBeLeftOut() {
    for (String key : List.of("density", "train", "train.epochs", "train.schedule.milestones")) {
      assertThatThrownBy(() -> settings(key + "=null").bind(Experiment.class))
          .isInstanceOf(BadInputException.class)
          .hasMessage(
              "Setting %s is null (argument %s=null); leave it out for the default"
                  .formatted(key, key));
    }
    assertThatThrownBy(
            () -> settings("train.schedule.milestones=[1, null]").bind("train", Train.class))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("Setting train.schedule.milestones[1] = null (argument ")
        .hasMessageEndingWith(" must be a value");
  }

  private record Texts(Map<String, Optional<String>> extra) {}

  @Test
  void aMapMayHoldNulls() {
    assertThat(settings("extra.a=null", "extra.b=x").bind(Texts.class).extra())
        .isEqualTo(Map.of("a", Optional.empty(), "b", Optional.of("x")));
  }

  /** Kind: a message that names a place where the user wrote nothing. */
  @Test
  void aMessageNamesTheArgumentAlsoWhereAValueCameAboutOtherwise() throws IOException {
    for (String wrong :
        List.of(
            "train.schedule.milestones.0=first",
            "train.epochs=${density}",
            "train.epochs=${train.schedule}",
            "train={ epochs = ${density} }")) {
      assertThatThrownBy(() -> settings(wrong).bind("train", Train.class))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining(" (argument " + wrong + ") must be ");
    }
    assertThatThrownBy(() -> file("density = 2\ntrain.epochs = a${density}").bind(Experiment.class))
        .hasMessageContaining("mine.conf: 2) must be");
    assertThat(settings("train.epochs=${train.label-smoothing}").arguments())
        .containsExactly("train.epochs");
    assertThatThrownBy(() -> settings("train=${extra}", "train.epochs=2"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(
            "a section that is a substitution, as in train = ${other}, cannot be");
  }

  private record Engine(String name, Optional<String> lanes) {}

  private record Holder(Engine e) {}

  private enum Updater {
    NESTEROV,
    PLAIN_SGD
  }

  private record Schedule(List<Double> milestones, Optional<Integer> warmUp) {}

  private record Train(
      int epochs, float labelSmoothing, Updater updater, Duration timeout, Schedule schedule) {
    Train {
      if (epochs < 1) {
        throw new IllegalArgumentException("epochs " + epochs + " must be at least 1");
      }
    }
  }

  private record Experiment(double density, Optional<String> out, Train train) {}

  private record Required(String out) {}

  private record Open(Map<String, Integer> extra) {}

  private static Settings settings(String... overrides) {
    return Settings.load(DEFAULTS, SettingsSource.LOCAL, Optional.empty(), List.of(overrides));
  }

  private Settings file(String text, String... overrides) throws IOException {
    Path file = Files.writeString(directory.resolve("mine.conf"), text);
    return Settings.load(
        DEFAULTS, SettingsSource.LOCAL, Optional.of(file.toString()), List.of(overrides));
  }

  @Test
  void bindsTheDefaults() {
    assertThat(settings().bind("train", Train.class))
        .isEqualTo(
            new Train(
                160,
                0.1f,
                Updater.NESTEROV,
                Duration.ofSeconds(30),
                new Schedule(List.of(0.5, 0.75), Optional.empty())));
  }

  /**
   * Kind: a value that HOCON leaves out without a word, as no setting and nothing else gives it.
   */
  @Test
  void aSubstitutionOfWhatIsNoSettingIsRefusedAlsoWhereItIsOptional() {
    for (String text :
        List.of(
            "train.epochs = ${?PATH}",
            "train.epochs = ${PATH}",
            "train.epochs = ${?train.epoch}",
            "extra { a = 1, b = ${?EPOCHS} }")) {
      assertThatThrownBy(() -> file(text))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("the environment is not read: write the value");
    }
    assertThatThrownBy(() -> settings("train.epochs=${?PATH}"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("${?PATH} is no setting");
  }

  @Test
  void aSubstitutionOfASettingIsReplaced() throws IOException {
    assertThat(file("extra { a = 7, b = ${?extra.a}, c = ${train.epochs} }").config())
        .extracting(config -> config.getInt("extra.b"), config -> config.getInt("extra.c"))
        .containsExactly(7, 160);
  }

  @Test
  void argumentsOverrideTheFileAndTheFileOverridesTheDefaults() throws IOException {
    Settings settings =
        file(
            "density = 0.3\ntrain { epochs = 2, updater = plain-sgd }\nextra { any = ${train.epochs} }",
            "train.epochs=3",
            "train.epochs=4",
            "train.schedule.milestones=[1]",
            "train.schedule.warm-up=5");
    Experiment experiment = settings.bind(Experiment.class);
    assertThat(experiment.density()).isEqualTo(0.3);
    assertThat(experiment.train().epochs()).isEqualTo(4);
    assertThat(experiment.train().updater()).isEqualTo(Updater.PLAIN_SGD);
    assertThat(experiment.train().schedule()).isEqualTo(new Schedule(List.of(1.0), Optional.of(5)));
    assertThat(settings.bind(Open.class).extra()).isEqualTo(Map.of("any", 4));
  }

  @Test
  void valuesThatAreNotHoconAreTakenAsTheyStand() {
    for (String out : List.of("hdfs://host:8020/a b", "a=b", "x # y", "s3a://b//c", "")) {
      assertThat(settings("out=" + out).bind(Required.class)).isEqualTo(new Required(out));
    }
    assertThat(settings("out=\"q\\\"q\"").bind(Required.class)).isEqualTo(new Required("q\"q"));
    assertThat(settings("out=x", "out=null").bind(Experiment.class).out()).isEmpty();
  }

  @Test
  void namesAnUnknownKeyItsSourceAndTheNearestOne() {
    assertThatThrownBy(() -> settings("train.epoch=2"))
        .isInstanceOf(BadInputException.class)
        .hasMessage("Unknown setting train.epoch (argument train.epoch=2): did you mean 'epochs'?");
    assertThatThrownBy(() -> file("density = 1\ntrain {\n  schedule.mile-stones = [1] }"))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("Unknown setting train.schedule.mile-stones (")
        .hasMessageEndingWith("mine.conf: 3): did you mean 'milestones'?");
    assertThatThrownBy(() -> settings("colour=red"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Unknown setting colour")
        .hasMessageEndingWith("known are: density, extra, out, train");
  }

  @Test
  void aRecordRefusesKeysItDoesNotHave() {
    Config config = ConfigFactory.parseString("milestones = [], warm-up = 1, warmup = 2");
    assertThatThrownBy(() -> Settings.bind(config, Schedule.class))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Unknown setting warmup")
        .hasMessageEndingWith("did you mean 'warm-up'?");
  }

  @Test
  void namesTheKeyTheValueAndTheTypeOfAMismatch() {
    assertMismatch("train.epochs=ten", "\"ten\"", "a whole number");
    assertMismatch("train.epochs=2.5", "2.5", "a whole number that fits into int");
    assertMismatch("train.epochs=3000000000", "3000000000", "a whole number that fits into int");
    assertMismatch("train.label-smoothing=no", "\"no\"", "a number");
    assertMismatch("train.updater=sgd", "\"sgd\"", "one of nesterov, plain-sgd");
    assertMismatch("train.timeout=soon", "\"soon\"", "a duration");
    // Kind: a number without a unit would be some unit's.
    for (String number : List.of("3", "0.5", "-3")) {
      assertMismatch(
          "train.timeout=" + number, number, "a duration with its unit, as in 30 s or 5 m");
    }
    assertMismatch("train.timeout=\"30\"", "\"30\"", "a duration with its unit");
    assertMismatch("train.schedule.milestones=1", "1", "a list");
    assertMismatch("train.schedule=1", "1", "a section");
    assertMismatch("train.epochs=[1]", "[1]", "a single value");
  }

  private static void assertMismatch(String override, String value, String expected) {
    String key = override.substring(0, override.indexOf('='));
    assertThatThrownBy(() -> settings(override).bind("train", Train.class))
        .as(override)
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("Setting " + key + " = " + value + " (argument " + override + ")")
        .hasMessageContaining("must be " + expected);
  }

  @Test
  void namesTheElementOfAList() {
    assertThatThrownBy(
            () -> settings("train.schedule.milestones=[1, x]").bind("train", Train.class))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Setting train.schedule.milestones[1] = \"x\"");
  }

  @Test
  void aRangeErrorOfTheRecordIsBadInputWithItsSection() {
    assertThatThrownBy(() -> settings("train.epochs=0").bind(Experiment.class))
        .isInstanceOf(BadInputException.class)
        .hasMessage("Settings in train: epochs 0 must be at least 1");
  }

  @Test
  void asksForASettingThatHasNoDefault() {
    assertThatThrownBy(() -> settings().bind(Required.class))
        .isInstanceOf(BadInputException.class)
        .hasMessage("Setting out is needed and has no default: give out=VALUE");
  }

  @Test
  void refusesFilesThatAreAbsentOrMalformedInOneLine() {
    assertThatThrownBy(
            () ->
                Settings.load(
                    DEFAULTS, SettingsSource.LOCAL, Optional.of("no/such.conf"), List.<String>of()))
        .isInstanceOf(BadInputException.class)
        .hasMessage("Cannot read settings file no/such.conf: it does not exist");
    assertThatThrownBy(() -> file("density = 1\ntrain { epochs = 2\n"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("mine.conf: 3:")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> file("density = ${no.such}"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("mine.conf: 1:")
        .hasMessageContaining("no.such");
  }

  /** Kind: what a shell makes of a pattern after an option, told as if it were meant. */
  @Test
  void aPlaceAmongSettingsIsOneTooManyForAnOption() {
    for (String place : List.of("mixed/run1", "pom.xml")) {
      assertThatThrownBy(() -> settings(place))
          .isInstanceOf(BadInputException.class)
          .hasMessage(
              "Argument '%s' is not a setting: write key=value; as a place it is one too many: an option takes one, so of several give the folder that they are in"
                  .formatted(place));
    }
  }

  @Test
  void refusesArgumentsThatAreNotSettings() {
    assertThatThrownBy(() -> settings("epochs"))
        .isInstanceOf(BadInputException.class)
        .hasMessage("Argument 'epochs' is not a setting: write key=value");
    assertThatThrownBy(() -> settings("train..epochs=1"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("train..epochs")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> settings("train.schedule.milestones=[1"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("train.schedule.milestones=[1")
        .hasMessageNotContaining("\n");
  }

  @Test
  void canonicalJsonDoesNotDependOnHowAValueWasWritten() throws IOException {
    String expected =
        "{\"density\":1.0,\"out\":null,\"train\":{\"epochs\":2,\"label-smoothing\":0.05,"
            + "\"schedule\":{\"milestones\":[0.5,0.75],\"warm-up\":null},"
            + "\"timeout\":\"PT1M\",\"updater\":\"plain-sgd\"}}";
    String[] overrides = {
      "density=1", "train.epochs=2", "train.label-smoothing=5e-2", "train.timeout=1 m"
    };
    assertThat(
            CanonicalJson.of(file("train.updater = plain-sgd", overrides).bind(Experiment.class)))
        .isEqualTo(expected);
    String text =
        """
        train { timeout = 60s, label-smoothing = "0.05", epochs = 2.0, updater = plain-sgd }
        density = 1.0
        """;
    assertThat(CanonicalJson.of(file(text).bind(Experiment.class))).isEqualTo(expected);
  }

  @Test
  void theShippedDefaultsAreReadable() {
    assertThat(Settings.load(Optional.empty(), List.of()).json()).startsWith("{");
  }

  @Test
  void aRecordsSettingsCanBeOverriddenAndNoOthersGiven() {
    Experiment experiment = settings("train.epochs=3").bind(Experiment.class);
    Experiment longer =
        Settings.of(experiment, List.of("train.epochs=7", "out=/there")).bind(Experiment.class);
    assertThat(longer.train().epochs()).isEqualTo(7);
    assertThat(longer.out()).contains("/there");
    assertThat(longer.train().schedule()).isEqualTo(experiment.train().schedule());
    assertThat(Settings.of(experiment, List.of()).bind(Experiment.class)).isEqualTo(experiment);
    assertThatThrownBy(() -> Settings.of(experiment, List.of("train.epoch=7")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Unknown setting train.epoch (argument train.epoch=7)");
  }
}
