package org.sscspark.exchange;

/**
 * Which of several equivalent forms of a network an ONNX file holds.
 *
 * @param normalization where pixels are normalised
 * @param batchNorm what becomes of batch norm after a layer with weights
 * @param convolutions how structured convolutions are written
 * @param weights how layers with zeros are stored
 */
public record OnnxForm(
    Normalization normalization, BatchNorm batchNorm, Convolutions convolutions, Weights weights) {
  /** Where pixels are normalised. */
  public enum Normalization {
    /** In the graph, whose input {@code pixels} is 0 to 255. */
    INSIDE,
    /** By the caller; the graph's input {@code input} is normalised. */
    OUTSIDE
  }

  /** What becomes of batch norm after a layer with weights. */
  public enum BatchNorm {
    /** An operator of its own, so that the file can be trained on. */
    KEPT,
    /** Multiplied into the layer's weights and bias, where nothing else reads the layer. */
    FOLDED
  }

  /** How structured convolutions are written. */
  public enum Convolutions {
    /** With zeros where no weight exists. */
    PLAIN,
    /**
     * As a group convolution over gathered channels, where the filters of equal supports are
     * equally many and read equally many channels; plain elsewhere.
     */
    GROUPED
  }

  /** How layers with zeros are stored. */
  public enum Weights {
    /** Four bytes for every weight, zeros too: every program reads it. */
    DENSE,
    /**
     * As ONNX's sparse initializers where that is smaller: twelve bytes for each kept weight. ONNX
     * Runtime reads them.
     */
    SPARSE
  }

  /** What most programs read, and what training can start from. */
  public static final OnnxForm DEFAULT =
      new OnnxForm(Normalization.INSIDE, BatchNorm.KEPT, Convolutions.PLAIN, Weights.DENSE);
}
