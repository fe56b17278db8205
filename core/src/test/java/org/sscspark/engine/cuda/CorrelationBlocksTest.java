package org.sscspark.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.plan.LayerPlan;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

class CorrelationBlocksTest {
  private static CorrelationBlocks stem(int side) {
    Support support = Support.dense(new WeightShape(64, 3, 7, 7));
    Op.Convolution stem = new Op.Convolution("stem", "input", support, 2, 3, false);
    FeatureShape images = new FeatureShape(3, side, side);
    NetworkSpec network =
        new NetworkSpec("stem", images, List.of(stem, new Op.GlobalAveragePool("mean", "stem")));
    CudaLayout out = new CudaLayout(network.shapes().get("stem"), 0, 32);
    return CorrelationBlocks.of(
        "stem",
        LayerPlan.forward(stem, ParameterLayout.of(network), new CudaLayout(images, 3, 32), out));
  }

  @Test
  void takesAsManyPositionsAsAGridHas() {
    assertThat(stem(1448).grid(1)).isEqualTo(Grid.ofWarps(8, 65_522, 1, 4));
  }

  /** Kind: a limit of the hardware that is met in the first step of a task, not before. */
  @Test
  void namesALayerWhoseImagesAreTooLarge() {
    assertThatThrownBy(() -> stem(1500))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "Layer stem has features of 562500 positions, and engine=cuda computes up to 524280:"
                + " make images smaller or choose engine=lane");
  }
}
