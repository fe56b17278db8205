package org.sscspark.data.raw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sscspark.ArabicDigits;
import org.sscspark.network.FeatureShape;

/** Names with numbers are the same in every locale. */
@ExtendWith(ArabicDigits.class)
class NumberedNamesTest {
  @Test
  void filesOfCifar10() {
    List<String> present = List.of("data_batch_1.bin", "data_batch_2.bin", "data_batch_4.bin");
    assertThat(CifarVersion.CIFAR10.absent("train", present))
        .containsExactly("data_batch_3.bin", "data_batch_5.bin");
  }

  @Test
  void classesOfGeneratedImages() {
    Synthetic images = new Synthetic(20, 12, new FeatureShape(1, 8, 8), 1, "train");
    assertThat(images.classes().orElseThrow()).hasSize(12).contains("grating-03", "grating-11");
    assertThat(images.source().toString()).contains("20 gratings of 12 classes", "seed 1");
  }
}
