package org.sscspark.dl4j;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.nd4j.HostMemory;
import org.sscspark.network.FanIn;
import org.sscspark.pattern.FilterClass;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * Initial parameters of an {@link SscConvolution}: He-normal on the fan-in of a filter, drawn from
 * the stream of the network's seed and the layer's name; then biases.
 */
record SscConvolutionWeights(SupportLayout layout, FanIn fanIn, String layerName, double bias)
    implements SlicedParameters.Filler {
  @Override
  public void fill(NeuralNetConfiguration configuration, INDArray view) {
    long[] name = String.valueOf(layerName).chars().asLongStream().toArray();
    RandomStream random = RandomStream.of(configuration.getSeed(), Purpose.INITIALISATION, name);
    double[] values = new double[Math.toIntExact(view.length())];
    int denseFanIn = layout.shape().size() / layout.shape().filters();
    int next = 0;
    for (FilterClass filterClass : layout.classes()) {
      int inputs = fanIn == FanIn.DENSE ? denseFanIn : filterClass.taps().length;
      double deviation = StrictMath.sqrt(2.0 / inputs);
      for (int i = 0; i < filterClass.size(); i++) {
        values[next++] = deviation * random.nextGaussian();
      }
    }
    while (next < values.length) {
      values[next++] = bias;
    }
    if (view.dataType() == DataType.DOUBLE) {
      HostMemory.write(values, 0, view);
    } else {
      float[] rounded = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        rounded[i] = (float) values[i];
      }
      HostMemory.write(rounded, 0, view);
    }
  }
}
