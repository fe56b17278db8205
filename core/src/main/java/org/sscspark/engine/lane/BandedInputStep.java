package org.sscspark.engine.lane;

import org.sscspark.engine.plan.LayerStep;

/**
 * A {@link BandedLayerStep} that reads the network's input, whose gradient is computed only where
 * it is asked for.
 */
final class BandedInputStep implements LayerStep {
  private final BandedLayerStep layer;

  BandedInputStep(BandedLayerStep layer) {
    this.layer = layer;
  }

  @Override
  public void forward() {
    layer.forward();
  }

  @Override
  public void backwardParameters() {
    layer.backward(/* weights= */ true, /* input= */ false);
  }

  @Override
  public void backwardInput() {
    layer.backward(/* weights= */ false, /* input= */ true);
  }
}
