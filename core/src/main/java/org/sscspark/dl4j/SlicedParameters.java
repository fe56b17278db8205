package org.sscspark.dl4j;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The parameter initializer of a layer whose flat view is a few consecutive slices.
 *
 * @param lengths the slices in order, none empty
 * @param weight the slice that is regularised as weights
 * @param bias the slice that DL4J treats as biases
 * @param values what fills a view at the start
 */
record SlicedParameters(Map<String, Integer> lengths, String weight, String bias, Filler values)
    implements ParamInitializer {

  /** Fills a layer's flat parameter view. */
  @FunctionalInterface
  interface Filler {
    void fill(NeuralNetConfiguration configuration, INDArray view);
  }

  @Override
  public long numParams(NeuralNetConfiguration configuration) {
    return numParams(configuration.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    return lengths.values().stream().mapToLong(Integer::longValue).sum();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return List.copyOf(lengths.keySet());
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return lengths.containsKey(weight) ? List.of(weight) : List.of();
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return lengths.containsKey(bias) ? List.of(bias) : List.of();
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return weight.equals(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return bias.equals(key);
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration configuration, INDArray view, boolean initialise) {
    Map<String, INDArray> slices = ParameterViews.slices(view, lengths);
    slices.keySet().forEach(configuration::addVariable);
    if (initialise) {
      values.fill(configuration, view);
    }
    return slices;
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration configuration, INDArray view) {
    return ParameterViews.slices(view, lengths);
  }
}
