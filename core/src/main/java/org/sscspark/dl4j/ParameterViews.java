package org.sscspark.dl4j;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Named slices of a layer's flat view. */
final class ParameterViews {
  private ParameterViews() {}

  /**
   * Returns views of consecutive slices.
   *
   * @param view a layer's flat parameters or gradients, 1-D or a row
   * @param lengths the length of each slice, in order; together the view's
   */
  static Map<String, INDArray> slices(INDArray view, Map<String, Integer> lengths) {
    INDArray flat = view.reshape(view.length());
    Map<String, INDArray> slices = new LinkedHashMap<>();
    long from = 0;
    for (Map.Entry<String, Integer> entry : lengths.entrySet()) {
      long to = from + entry.getValue();
      slices.put(entry.getKey(), flat.get(NDArrayIndex.interval(from, to)));
      from = to;
    }
    return slices;
  }
}
