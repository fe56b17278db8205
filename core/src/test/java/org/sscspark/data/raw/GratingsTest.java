package org.sscspark.data.raw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sscspark.network.FeatureShape;

class GratingsTest {
  private static String image(String split) {
    return Arrays.toString(new Gratings(new FeatureShape(1, 2, 2), 2, 1, split).image(0, 0));
  }

  /** Kind: names of splits that a hash of 32 bits takes for one. */
  @Test
  void splitsOfDifferentNamesHaveDifferentImages() {
    assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
    assertThat(List.of("Aa", "BB", "train", "test", "val", "validation", ""))
        .extracting(GratingsTest::image)
        .doesNotHaveDuplicates();
  }

  /** Kind: generated data sets on which runs go on. */
  @Test
  void imagesOfUsualSplitsStay() {
    assertThat(List.of("train", "test", ""))
        .extracting(GratingsTest::image)
        .containsExactly("[111, -72, -88, 78]", "[-99, -41, -22, -99]", "[-74, -75, -94, -90]");
  }
}
