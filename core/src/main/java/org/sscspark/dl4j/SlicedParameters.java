package org.sscspark.dl4j;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The parameter initializer of a layer whose flat view is a few consecutive slices. DL4J asks for
 * keys before it knows a layer's shape, so lengths are computed when they are needed.
 *
 * @param keys the slices in order, none empty
 * @param length the length of a slice
 * @param weight the slice that is regularised as weights
 * @param bias the slice that DL4J treats as biases, which may be missing
 * @param values what fills the slices at the start
 */
record SlicedParameters(
    List<String> keys, ToLongFunction<String> length, String weight, String bias, Filler values)
    implements ParamInitializer {

  /** Fills a layer's parameters, 1-D views. */
  @FunctionalInterface
  interface Filler {
    void fill(NeuralNetConfiguration configuration, Map<String, INDArray> slices);
  }

  @Override
  public long numParams(NeuralNetConfiguration configuration) {
    return numParams(configuration.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    return keys.stream().mapToLong(length).sum();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return keys;
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return existing(weight);
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return existing(bias);
  }

  private List<String> existing(String key) {
    return keys.contains(key) ? List.of(key) : List.of();
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
    Map<String, INDArray> slices = slices(view);
    slices.keySet().forEach(configuration::addVariable);
    if (initialise) {
      values.fill(configuration, slices);
    }
    return slices;
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration configuration, INDArray view) {
    return slices(view);
  }

  /** Views of a flat vector, 1-D or a row. */
  private Map<String, INDArray> slices(INDArray view) {
    INDArray flat = view.reshape(view.length());
    Map<String, INDArray> slices = new LinkedHashMap<>();
    long from = 0;
    for (String key : keys) {
      long to = from + length.applyAsLong(key);
      slices.put(key, flat.get(NDArrayIndex.interval(from, to)));
      from = to;
    }
    return slices;
  }

  /** Gives a new layer what DL4J gives to every layer, and returns it. */
  <L extends BaseLayer<?>> L prepare(
      L layer,
      Collection<TrainingListener> listeners,
      int index,
      INDArray view,
      boolean initialise) {
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(view);
    layer.setParamTable(init(layer.conf(), view, initialise));
    return layer;
  }
}
