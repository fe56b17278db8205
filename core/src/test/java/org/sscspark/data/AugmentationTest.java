package org.sscspark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AugmentationTest {
  @Test
  void drawsEveryPlaceAboutEquallyOften() {
    Augmentation augmentation = Augmentation.cropAndFlip(4);
    int[] down = new int[9];
    int[] right = new int[9];
    int mirrored = 0;
    for (int id = 0; id < 9000; id++) {
      long draw = Augmentation.draw(3, 1, id);
      down[augmentation.down(draw) + 4]++;
      right[augmentation.right(draw) + 4]++;
      mirrored += augmentation.mirrored(draw) ? 1 : 0;
    }

    for (int place = 0; place < 9; place++) {
      assertThat(down[place]).isBetween(880, 1120);
      assertThat(right[place]).isBetween(880, 1120);
    }
    assertThat(mirrored).isBetween(4300, 4700);
  }

  @Test
  void dependsOnSeedEpochAndExample() {
    long draw = Augmentation.draw(1, 2, 3);

    assertThat(Augmentation.draw(1, 2, 3)).isEqualTo(draw);
    assertThat(Augmentation.draw(2, 2, 3)).isNotEqualTo(draw);
    assertThat(Augmentation.draw(1, 3, 3)).isNotEqualTo(draw);
    assertThat(Augmentation.draw(1, 2, 4)).isNotEqualTo(draw);
  }

  @Test
  void noneNeverMovesOrMirrors() {
    for (int id = 0; id < 100; id++) {
      long draw = Augmentation.draw(1, 1, id);
      assertThat(Augmentation.none().down(draw)).isZero();
      assertThat(Augmentation.none().right(draw)).isZero();
      assertThat(Augmentation.none().mirrored(draw)).isFalse();
    }
  }

  @Test
  void rejectsNegativePadding() {
    assertThatThrownBy(() -> Augmentation.cropAndFlip(-1))
        .hasMessage("Crop padding must be in [0, 255], was -1");
  }
}
