package org.sscspark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Settings;
import org.sscspark.data.Augmentation;

class RecipeTest {
  private static Recipe recipe(String... overrides) {
    return Settings.load(Optional.empty(), List.of(overrides)).bind("train", Recipe.class);
  }

  @Test
  void defaultsAreTheRecipeOfTheCifarLiterature() {
    assertThat(recipe())
        .isEqualTo(
            new Recipe(
                160,
                128,
                new UpdaterSettings(UpdaterSettings.Kind.NESTEROV, 0.9, 0.9, 0.999, 1e-8),
                0.1,
                new ScheduleSettings(ScheduleSettings.Kind.COSINE, List.of(80.0, 120.0), 0.1, 0),
                1e-4,
                0,
                0,
                Augmentation.cropAndFlip(4),
                List.of()));
  }

  @Test
  void settingsChooseUpdaterAndSchedule() {
    Recipe recipe =
        recipe(
            "train.updater.kind=adam",
            "train.updater.beta1=0.8",
            "train.schedule.kind=step",
            "train.schedule.milestones=[30, 60]",
            "train.augmentation.flip=none");
    assertThat(recipe.updater().updater()).isEqualTo(new Adam(0.8, 0.999, 1e-8));
    assertThat(recipe.schedule().kind()).isEqualTo(ScheduleSettings.Kind.STEP);
    assertThat(recipe.schedule().milestones()).containsExactly(30.0, 60.0);
    assertThat(recipe.augmentation()).isEqualTo(new Augmentation(4, Augmentation.Flip.NONE));
    assertThat(recipe("train.updater.kind=sgd").updater().updater()).isEqualTo(new Sgd());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train.epochs=0|epochs is 0: it must be at least 1",
        "train.batch=-3|batch is -3: it must be at least 1",
        "train.learning-rate=0|learning-rate is 0.0: it must be positive",
        "train.l2=-1|l2 is -1.0: it must be 0 or more",
        "train.label-smoothing=1|label-smoothing is 1.0: it must be at least 0 and below 1",
        "train.updater.momentum=1|momentum is 1.0: it must be at least 0 and below 1",
        "train.updater.epsilon=0|epsilon is 0.0: it must be positive",
        "train.schedule.warmup-epochs=160|warmup-epochs is 160.0: it must be below epochs",
      })
  void rejectsWhatIsOutOfRange(String setting, String message) {
    assertThatThrownBy(() -> recipe(setting))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void travelsToWorkers() throws Exception {
    Recipe recipe = recipe();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(recipe);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(recipe);
    }
  }
}
