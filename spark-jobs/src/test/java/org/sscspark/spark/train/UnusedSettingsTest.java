package org.sscspark.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Settings;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkJson;
import org.sscspark.pruning.DesignedNetwork;
import org.sscspark.pruning.GradientSources;
import org.sscspark.pruning.Method;

/** Kind: a setting that is accepted and does nothing. */
class UnusedSettingsTest {
  /** Another value of settings that only some methods look at; all go together. */
  private static final List<String> CHANGES =
      List.of(
          "ssc.profile=erk",
          "ssc.dense-layers=[first]",
          "ssc.shortest-period=4",
          "ssc.point-share=0.5",
          "ssc.offsets=false",
          "ssc.parity=alternating",
          "ssc.in-block=2",
          "ssc.out-block=1",
          "ssc.fan-in=kept",
          "pruning.budget=uniform",
          "pruning.schedule=linear",
          "pruning.steps=3",
          "pruning.batches=2",
          "pruning.chunk=7",
          "pruning.batch-norm=chunk",
          "pruning.augmentation=true",
          "pruning.temperature=3",
          "pruning.dense-share=0.7",
          "pruning.regrow-rounds=3",
          "pruning.regrow-share=0.1",
          "pruning.regrow-until=0.5");

  private static Settings settings(String... arguments) {
    return Settings.load(Optional.empty(), List.of(arguments));
  }

  private static String told(Set<String> varied, String... arguments) {
    Settings settings = settings(arguments);
    return UnusedSettings.text(settings, List.of(settings.bind(Experiment.class)), varied)
        .orElse("nothing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          method=snip ssc.offsets=false   | ssc.offsets (method = snip)
          method=narrow ssc.fan-in=kept   | ssc.fan-in (method = narrow)
          method=group ssc.offsets=false ssc.dense-layers=[first] | ssc.offsets (method = group)
          method=dense density=0.5        | density (method = dense)
          ssc.g=4 ssc.n=2 density=0.5     | density (ssc.g = 4)
          pruning.steps=3                 | pruning.steps (method = ssc)
          method=synflow pruning.batches=2 pruning.steps=3 | pruning.batches (method = synflow)
          method=snip pruning.regrow-share=0.1 | pruning.regrow-share (method = snip)
          method=set pruning.dense-share=0.1   | pruning.dense-share (method = set)
          method=ntk-sap pruning.batch-norm=chunk | pruning.batch-norm (method = ntk-sap)
          method=set pruning.batches=2    | pruning.batches (method = set)
          method=magnitude pruning.steps=3 | pruning.steps (method = magnitude)
          method=fine-tune pruning.steps=3 pruning.schedule=linear | pruning.schedule (method = fine-tune), pruning.steps (method = fine-tune)
          method=rigl pruning.schedule=linear pruning.steps=5 | pruning.schedule (method = rigl), pruning.steps (method = rigl)
          method=snip pruning.schedule=linear | pruning.schedule (pruning.steps = 1)
          method=synflow pruning.schedule=one-shot pruning.steps=1 | pruning.schedule (pruning.steps = 1)
          train.schedule.kind=step train.schedule.factor=0.5 train.epochs=80 | train.schedule.factor (train.epochs = 80), train.schedule.kind (train.epochs = 80)
          train.epochs=5 train.patience=5 | train.patience (train.epochs = 5)
          train.epochs=5 train.patience=4 | train.patience (train.epochs = 5)
          method=fine-tune train.epochs=6 train.patience=2 | train.patience (train.epochs = 6)
          train.optimizer={type=sgd} averaging.optimizer-state=reset | averaging.optimizer-state (train.optimizer.type = sgd)
          averaging.schedule.kind=post-local averaging.schedule.from=160 averaging.frequency=5 | averaging.frequency (train.epochs = 160), averaging.schedule.from (train.epochs = 160)
          averaging.schedule.kind=post-local train.schedule.kind=step train.epochs=81 averaging.frequency=5 train.schedule.milestones=[90] | averaging.frequency (train.epochs = 81), train.schedule.kind (train.epochs = 81), train.schedule.milestones (train.epochs = 81)
          averaging.workers=1 averaging.reduce=slices | averaging.reduce (averaging.workers = 1)
          train.schedule.milestones=[3]   | train.schedule.milestones (train.schedule.kind = cosine)
          train.schedule.kind=constant train.schedule.factor=0.5 | train.schedule.factor (train.schedule.kind = constant)
          train.schedule.kind=step train.epochs=80 | train.schedule.kind (train.epochs = 80)
          train.schedule.kind=step train.epochs=100 train.schedule.milestones=[50,100] | train.schedule.milestones (train.epochs = 100)
          train.epochs=4 train.stop-after=4 | train.stop-after (train.epochs = 4)
          averaging.schedule.kind=post-local averaging.schedule.from=160 | averaging.schedule.from (train.epochs = 160)
          averaging.outer.momentum=0.5    | averaging.outer.momentum (averaging.outer.step = mean)
          averaging.outer.learning-rate=1 density=0.5 method=dense | averaging.outer.learning-rate (averaging.outer.step = mean), density (method = dense)
          """)
  void whatHasNoEffectIsToldWithWhatDecides(String arguments, String line) {
    assertThat(told(Set.of(), arguments.split(" "))).isEqualTo("Settings without effect: " + line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ssc.offsets=false density=0.5 ssc.fan-in=kept
          method=ssc-shuffled ssc.offsets=false
          method=rigl pruning.batches=2 pruning.regrow-share=0.1
          method=ntk-sap pruning.examples-per-class=2 pruning.chunk=7
          method=fine-tune pruning.dense-share=0.4
          method=snip ssc.g=null density=0.2
          train.schedule.kind=step train.schedule.factor=0.5 train.schedule.milestones=[80,120]
          train.schedule.kind=step train.epochs=81
          train.stop-after=4 train.epochs=5
          train.patience=3 train.epochs=5
          method=fine-tune train.patience=1 train.epochs=6
          method=fine-tune train.patience=3 train.epochs=6 pruning.dense-share=0.1
          method=synflow pruning.steps=5 pruning.schedule=linear
          method=synflow pruning.schedule=one-shot
          method=snip pruning.steps=5 pruning.schedule=linear
          averaging.optimizer-state=reset averaging.workers=2 averaging.reduce=slices
          averaging.schedule.kind=post-local averaging.schedule.from=100 averaging.frequency=5
          averaging.outer.step=nesterov averaging.outer.momentum=0.5
          model.width=2 seed=3 train.batch=7 sweep.budget.trials=3 compare.densities=[0.2]
          """)
  void ofWhatHasAnEffectNothingIsTold(String arguments) {
    assertThat(told(Set.of(), arguments.split(" "))).isEqualTo("nothing");
  }

  /** Kind: a comparison or a sweep, where another trial uses what one does not. */
  @Test
  void oneRunThatUsesASettingIsEnough() {
    Settings settings = settings("ssc.offsets=false", "pruning.steps=2");
    Experiment ssc = settings.bind(Experiment.class);
    Experiment dense = ssc.withMethod(Method.DENSE);
    assertThat(UnusedSettings.text(settings, List.of(dense, ssc), Set.of()))
        .hasValue("Settings without effect: pruning.steps (method = dense, method = ssc)");
    assertThat(told(Set.of("method"), "pruning.steps=2", "averaging.outer.momentum=0.5"))
        .isEqualTo(
            "Settings without effect: averaging.outer.momentum (averaging.outer.step = mean)");
  }

  /** What a sweep varies is given as well, and is not what the base says. */
  @Test
  void aSearchOverWhatHasNoEffectIsTold() {
    String[] steps = {"train.schedule.kind=step", "train.epochs=30"};
    assertThat(told(Set.of("train.schedule.milestones"), steps)).isEqualTo("nothing");
    assertThat(told(Set.of("train.epochs"), steps)).isEqualTo("nothing");
    String[] tuning = {"method=fine-tune", "train.epochs=6", "train.patience=5"};
    for (String varied : List.of("train.epochs", "method", "pruning.dense-share")) {
      assertThat(told(Set.of(varied), tuning)).as(varied).isEqualTo("nothing");
    }
    assertThat(told(Set.of("train.batch"), steps))
        .isEqualTo("Settings without effect: train.schedule.kind (train.epochs = 30)");
    assertThat(told(Set.of("ssc.out-block"), "method=snip"))
        .isEqualTo("Settings without effect: ssc.out-block (method = snip)");
  }

  static Stream<Method> methodsThatNeedNoImages() {
    return Method.all().stream().filter(method -> !method.needsData() && method.denseShare() == 0);
  }

  /** The rules' oracle: a method is asked for its network with all that is said to be unused. */
  @ParameterizedTest
  @MethodSource("methodsThatNeedNoImages")
  void whatIsSaidToHaveNoEffectHasNone(Method method) {
    List<String> unused = CHANGES.stream().filter(change -> isUnused(method, change)).toList();
    assertThat(unused).isNotEmpty();
    DesignedNetwork usual = designed(method, List.of());
    DesignedNetwork changed = designed(method, unused);
    assertThat(NetworkJson.write(changed.network())).isEqualTo(NetworkJson.write(usual.network()));
    assertThat(changed.initialParameters()).isEqualTo(usual.initialParameters());
  }

  /** The other way round: what nothing is said of changes the choice. */
  @ParameterizedTest
  @CsvSource({
    "synflow, pruning.steps=3",
    "synflow, pruning.schedule=linear",
    "synflow-l2, pruning.schedule=one-shot",
    "ntk-sap, pruning.steps=3"
  })
  void whatNothingIsSaidOfHasAnEffect(String name, String change) {
    Method method = new Method(name);
    assertThat(isUnused(method, change)).isFalse();
    assertThat(NetworkJson.write(designed(method, List.of(change)).network()))
        .isNotEqualTo(NetworkJson.write(designed(method, List.of()).network()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          train.augmentation.flip=none | train.augmentation.flip (method = ssc)
          method=snip train.augmentation.flip=none train.augmentation.resize=32 | train.augmentation.flip (pruning.augmentation = false)
          method=rigl pruning.augmentation=true train.augmentation.crop-padding=2 | train.augmentation.crop-padding (method = rigl)
          method=snip pruning.augmentation=true train.augmentation.flip=none | nothing
          """)
  void whereNothingIsTrainedImagesAreChangedForScoresOnly(String arguments, String line) {
    Settings settings = settings(arguments.split(" "));
    assertThat(
            UnusedSettings.textOfChoice(settings, settings.bind(Experiment.class))
                .map(told -> told.replace("Settings without effect: ", ""))
                .orElse("nothing"))
        .isEqualTo(line);
  }

  @Test
  void aPatternOfTheSameSizeAndABudgetContradictEachOther() {
    assertThatThrownBy(() -> settings("macs=1e6", "ssc.g=4").bind(Experiment.class))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(
            "macs = 1000000 does not go with ssc.g = 4, which gives every density the same network; leave one out");
    assertThat(settings("macs=1e6", "ssc.g=4", "method=snip").bind(Experiment.class).macs())
        .isPresent();
  }

  private static boolean isUnused(Method method, String change) {
    try {
      return !told(Set.of(), "method=" + method, change).equals("nothing");
    } catch (BadInputException e) {
      return false;
    }
  }

  private static DesignedNetwork designed(Method method, List<String> more) {
    List<String> arguments =
        new ArrayList<>(List.of("method=" + method, "model.name=convnet", "density=0.3"));
    arguments.addAll(more);
    return Settings.load(Optional.empty(), arguments)
        .bind(Experiment.class)
        .designed(new FeatureShape(3, 16, 16), 10, GradientSources.NONE);
  }
}
