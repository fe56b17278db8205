package org.sscspark.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.pattern.FilterClass;
import org.sscspark.pattern.SupportLayout;

class InitializationTest {
  private static final NetworkSpec DENSE =
      ModelZoo.named("resnet20", new FeatureShape(3, 32, 32), 10, 1);
  private static final NetworkSpec SPARSE =
      SscDesign.apply(DENSE, 0.1, SscSettings.of(DensityProfile.UNIFORM));

  @Test
  void withDenseFanInCommonWeightsOfDenseAndSparseNetworksAreEqual() {
    float[] dense = Initialization.parameters(DENSE, FanIn.DENSE, 5);
    float[] sparse = Initialization.parameters(SPARSE, FanIn.DENSE, 5);
    ParameterLayout denseLayout = ParameterLayout.of(DENSE);
    ParameterLayout sparseLayout = ParameterLayout.of(SPARSE);

    for (Op.Weighted op : SPARSE.weighted()) {
      SupportLayout support = sparseLayout.support(op.name());
      float[] array =
          denseLayout
              .support(op.name())
              .dense(dense, denseLayout.segment(op.name(), Role.WEIGHT).offset());
      float[] expected = new float[support.kept()];
      support.pack(array, expected, 0);
      Segment segment = sparseLayout.segment(op.name(), Role.WEIGHT);
      assertThat(Arrays.copyOfRange(sparse, segment.offset(), segment.end())).isEqualTo(expected);
    }
  }

  @Test
  void varianceIsTwoOverTheKeptFanIn() {
    float[] parameters = Initialization.parameters(SPARSE, FanIn.KEPT, 6);
    ParameterLayout layout = ParameterLayout.of(SPARSE);
    double normalised = 0;
    for (Op.Weighted op : SPARSE.weighted()) {
      int offset = layout.segment(op.name(), Role.WEIGHT).offset();
      for (FilterClass filterClass : layout.support(op.name()).classes()) {
        for (int i = 0; i < filterClass.size(); i++) {
          double weight = parameters[offset + filterClass.packedOffset() + i];
          normalised += weight * weight * filterClass.taps().length / 2;
        }
      }
    }

    assertThat(normalised / layout.weightCount()).isEqualTo(1, within(0.03));
  }

  @Test
  void depthwiseFanInIsThatOfOneChannel() {
    NetworkSpec mobile = ModelZoo.named("mobilenetv2", new FeatureShape(3, 32, 32), 10, 1);

    float[] kept = Initialization.parameters(mobile, FanIn.KEPT, 1);

    assertThat(kept).isEqualTo(Initialization.parameters(mobile, FanIn.DENSE, 1));
  }

  @Test
  void scalesAndVariancesAreOneBiasesShiftsAndMeansZero() {
    float[] parameters = Initialization.parameters(SPARSE, FanIn.KEPT, 7);

    for (Segment segment : ParameterLayout.of(SPARSE).segments()) {
      if (segment.role() != Role.WEIGHT) {
        float expected = segment.role() == Role.SCALE || segment.role() == Role.VARIANCE ? 1 : 0;
        for (int i = segment.offset(); i < segment.end(); i++) {
          assertThat(parameters[i]).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void seedsAndLayersDiffer() {
    float[] one = Initialization.parameters(SPARSE, FanIn.KEPT, 1);
    float[] two = Initialization.parameters(SPARSE, FanIn.KEPT, 2);
    ParameterLayout layout = ParameterLayout.of(SPARSE);
    int first = layout.segment("stage1.block2.conv1", Role.WEIGHT).offset();
    int second = layout.segment("stage1.block2.conv2", Role.WEIGHT).offset();

    assertThat(one).isNotEqualTo(two);
    assertThat(Arrays.copyOfRange(one, first, first + 50))
        .isNotEqualTo(Arrays.copyOfRange(one, second, second + 50));
    assertThat(Initialization.parameters(SPARSE, FanIn.KEPT, 1)).isEqualTo(one);
  }
}
