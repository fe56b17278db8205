package org.sscspark.network;

import java.util.Arrays;
import java.util.List;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;
import org.sscspark.pattern.FilterClass;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * Initial parameters: He-normal weights (He et al., ICCV 2015, fan-in mode), biases and shifts 0,
 * scales 1, running means 0, running variances 1.
 *
 * <p>A layer draws one number for each position of its dense array, kept or not, from its own
 * stream. So networks that differ in their supports only share their draws position by position,
 * and with {@link FanIn#DENSE} their common weights are equal.
 */
public final class Initialization {
  private Initialization() {}

  /** Returns the flat vector, laid out as {@link ParameterLayout#of} says. */
  public static float[] parameters(NetworkSpec network, FanIn fanIn, long seed) {
    ParameterLayout layout = ParameterLayout.of(network);
    float[] parameters = withoutWeights(layout);
    List<Op.Weighted> weighted = network.weighted();
    for (int layer = 0; layer < weighted.size(); layer++) {
      Op.Weighted op = weighted.get(layer);
      SupportLayout support = layout.support(op.name());
      int denseFanIn = op.prunable() / op.support().shape().filters();
      fill(
          parameters,
          layout.segment(op.name(), Role.WEIGHT).offset(),
          support,
          draws(support.shape().size(), RandomStream.of(seed, Purpose.INITIALISATION, layer)),
          fanIn == FanIn.DENSE ? denseFanIn : 0);
    }
    return parameters;
  }

  /** Returns the flat vector with weights of zero: biases 0, and batch norm that does nothing. */
  public static float[] withoutWeights(ParameterLayout layout) {
    float[] parameters = new float[layout.size()];
    for (Segment segment : layout.segments()) {
      if (segment.role() == Role.SCALE || segment.role() == Role.VARIANCE) {
        Arrays.fill(parameters, segment.offset(), segment.end(), 1f);
      }
    }
    return parameters;
  }

  private static float[] draws(int size, RandomStream random) {
    float[] draws = new float[size];
    for (int i = 0; i < size; i++) {
      draws[i] = (float) random.nextGaussian();
    }
    return draws;
  }

  private static void fill(
      float[] parameters, int offset, SupportLayout support, float[] draws, int fixedFanIn) {
    for (FilterClass filterClass : support.classes()) {
      int fanIn = fixedFanIn > 0 ? fixedFanIn : filterClass.taps().length;
      float std = (float) StrictMath.sqrt(2.0 / fanIn);
      int end = filterClass.packedOffset() + filterClass.size();
      for (int i = filterClass.packedOffset(); i < end; i++) {
        parameters[offset + i] = draws[support.denseIndex(i)] * std;
      }
    }
  }
}
