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
import org.sscspark.optimizer.Adam;
import org.sscspark.optimizer.ClipNorm;
import org.sscspark.optimizer.Ham;
import org.sscspark.optimizer.Nesterov;
import org.sscspark.optimizer.Sgd;

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
                new Nesterov(0.9, 1e-4, 0),
                List.of(),
                List.of(),
                0.1,
                new ScheduleSettings(ScheduleSettings.Kind.COSINE, List.of(80.0, 120.0), 0.1, 0),
                0,
                Augmentation.cropAndFlip(4),
                List.of(),
                Ema.NONE,
                0,
                0));
  }

  @Test
  void settingsChooseOptimizerAndSchedule() {
    Recipe recipe =
        recipe(
            "train.optimizer.type=adam",
            "train.optimizer.beta1=0.8",
            "train.gradient-modifiers=[{type = clip-norm, max-norm = 3}]",
            "train.parameter-modifiers=[{type = ham, alpha = 100}]",
            "train.schedule.kind=step",
            "train.schedule.milestones=[30, 60]",
            "train.augmentation.flip=none");
    assertThat(recipe.optimizer()).isEqualTo(new Adam(0.8, 0.999, 1e-8, 1e-4, 0));
    assertThat(recipe.gradientModifiers()).containsExactly(new ClipNorm(3));
    assertThat(recipe.parameterModifiers()).containsExactly(new Ham(100, 1e-3));
    assertThat(recipe.schedule().kind()).isEqualTo(ScheduleSettings.Kind.STEP);
    assertThat(recipe.schedule().milestones()).containsExactly(30.0, 60.0);
    assertThat(recipe.augmentation()).isEqualTo(new Augmentation(4, Augmentation.Flip.NONE));
    assertThat(recipe("train.optimizer.type=sgd").optimizer()).isEqualTo(new Sgd());
  }

  /** Kind: a setting that is in its range, and out of it once it is rounded. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train.epochs=0|epochs is 0: it must be at least 1",
        "train.batch=-3|batch is -3: it must be at least 1",
        "train.learning-rate=0|learning-rate is 0.0: it must be positive",
        "train.optimizer.weight-decay=-1|weight-decay is -1.0: it must be 0 or more",
        "train.label-smoothing=1|label-smoothing is 1.0: it must be at least 0 and below 1",
        "train.optimizer.momentum=1|momentum is 1.0: it must be at least 0 and below 1",
        "train.optimizer={type = adam, epsilon = 0}|epsilon is 0.0: it must be positive",
        "train.optimizer.momentum=0.99999999|momentum is 0.99999999: it must be at least 0 and below"
            + " 1, and is 1.0 in single precision",
        "train.optimizer={type = adam, beta1 = 0.99999999}|beta1 is 0.99999999: it must be",
        "train.optimizer={type = adam, beta2 = 0.99999999}|beta2 is 0.99999999: it must be",
        "train.optimizer={type = adamw, epsilon = 1e-46}|epsilon is 1.0E-46: it must be positive, and"
            + " is 0.0 in single precision",
        "train.optimizer={type = lars, momentum = 0.99999999}|momentum is 0.99999999: it must be",
        "train.optimizer={type = lars, trust = 1e-46}|trust is 1.0E-46: it must be positive",
        "train.optimizer.weight-decay=1e39|weight-decay is 1.0E39: it must be 0 or more, and is"
            + " Infinity in single precision",
        "train.gradient-modifiers=[{type = clip-norm, max-norm = 1e-46}]|max-norm is 1.0E-46: it",
        "train.learning-rate=1e-46|learning-rate is 1.0E-46: it must be positive, and is 0.0",
        "train.optimizer.type=adan|train.optimizer.type = \"adan\" (argument train.optimizer.type=adan)"
            + " must be one of adam, adamw, lars, nesterov, sgd, sign-sgd",
        "train.optimizer.beta1=0.5|Unknown setting train.optimizer.beta1 (argument"
            + " train.optimizer.beta1=0.5): known are: affine-weight-decay, momentum, weight-decay",
        "train.parameter-modifiers=[{type = sign-in}]|must be one of ham",
        "train.parameter-modifiers=[{type = ham, alpha = -1}]|alpha is -1.0: it must be 0 or more",
        "train.gradient-modifiers=[{type = clip}]|must be one of clip-norm",
        "train.gradient-modifiers=[clip-norm]|must be a section with a type",
        "train.updater.kind=adam|Setting train.updater.kind (argument train.updater.kind=adam) is"
            + " called train.optimizer.type now",
        "train.l2=1|Setting train.l2 (argument train.l2=1) is called train.optimizer.weight-decay now",
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
