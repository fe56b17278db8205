package org.sscspark.dl4j;

import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.Replica;
import org.sscspark.engine.nd4j.HostMemory;
import org.sscspark.network.FeatureShape;

/** A running {@link SparseTrunk}: DL4J's arrays on one side, an engine's replica on the other. */
public final class SparseTrunkLayer extends BaseLayer<SparseTrunk> {
  private static final long serialVersionUID = 1L;

  private transient Replica replica;
  private transient float[] images;
  private transient float[] replicaInput;
  private transient BatchNormMode lastMode;

  /** For DL4J, which also calls it to clone a layer. */
  public SparseTrunkLayer(NeuralNetConfiguration configuration, DataType dataType) {
    super(configuration, dataType);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    applyDropOutIfNecessary(training, workspaces);
    int count = checkedCount(input);
    reserve(count);
    readParameters(training, workspaces);
    INDArray contiguous =
        workspaces.dup(ArrayType.FF_WORKING_MEM, input.castTo(DataType.FLOAT), 'c');
    HostMemory.read(contiguous, images, 0);
    replica.inputLayout().fill(images, count, replicaInput);
    lastMode = training ? BatchNormMode.BATCH_AND_UPDATE : BatchNormMode.RUNNING;
    float[] logits = new float[count * (int) layerConf().getNOut()];
    replica.forward(replicaInput, count, lastMode, logits);
    return array(workspaces, ArrayType.ACTIVATIONS, logits, count, layerConf().getNOut());
  }

  /** Weight noise, if there is any, is in what the replica computes with, not in the parameters. */
  private void readParameters(boolean training, LayerWorkspaceMgr workspaces) {
    float[] parameters = replica.parameters();
    HostMemory.read(Contiguous.of(paramsFlattened), parameters, 0);
    if (layerConf().getWeightNoise() == null) {
      return;
    }
    int next = 0;
    for (String key : params.keySet()) {
      INDArray slice =
          SparseTrunk.STATISTICS.equals(key)
              ? params.get(key)
              : getParamWithNoise(key, training, workspaces);
      HostMemory.read(Contiguous.of(slice), parameters, next);
      next += (int) slice.length();
    }
  }

  private int checkedCount(INDArray given) {
    FeatureShape shape = layerConf().network().input();
    if (given.rank() != 4
        || given.size(1) != shape.channels()
        || given.size(2) != shape.height()
        || given.size(3) != shape.width()) {
      throw new DL4JInvalidInputException(
          "Layer "
              + layerId()
              + " reads images [N, C, H, W] of "
              + shape
              + ", was given "
              + given.shapeInfoToString());
    }
    return (int) given.size(0);
  }

  /** Makes room for a minibatch; a replica grows only by being replaced. */
  private void reserve(int count) {
    if (replica != null && replica.capacity() >= count) {
      return;
    }
    close();
    replica = TrunkEngine.current().replica(layerConf().network(), count);
    replicaInput = replica.newInput();
    images = new float[count * layerConf().network().input().size()];
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    int count = checkedCount(input);
    float[] logitsGradient = new float[(int) epsilon.length()];
    HostMemory.read(
        workspaces.dup(ArrayType.BP_WORKING_MEM, epsilon.castTo(DataType.FLOAT), 'c'),
        logitsGradient,
        0);
    replica.backward(logitsGradient);
    Contiguous.fill(gradientsFlattened, block -> HostMemory.write(replica.gradients(), 0, block));
    if (lastMode == BatchNormMode.BATCH_AND_UPDATE) {
      keepStatistics();
    }
    Gradient gradient = new DefaultGradient(gradientsFlattened);
    gradientViews.forEach(gradient::setGradientFor);

    replica.inputGradient(images);
    FeatureShape shape = layerConf().network().input();
    INDArray inputGradient =
        array(
            workspaces,
            ArrayType.ACTIVATION_GRAD,
            images,
            count,
            shape.channels(),
            shape.height(),
            shape.width());
    weightNoiseParams.clear();
    return new Pair<>(gradient, backpropDropOutIfPresent(inputGradient));
  }

  private void keepStatistics() {
    INDArray statistics = params.get(SparseTrunk.STATISTICS);
    if (statistics != null) {
      int from = layerConf().layout().trainableCount();
      Contiguous.fill(statistics, block -> HostMemory.write(replica.parameters(), from, block));
    }
  }

  private static INDArray array(
      LayerWorkspaceMgr workspaces, ArrayType type, float[] values, long... shape) {
    INDArray array = workspaces.createUninitialized(type, DataType.FLOAT, shape, 'c');
    HostMemory.write(values, 0, array);
    return array;
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray mask, MaskState state, int minibatchSize) {
    requireNoMask(mask);
    return new Pair<>(null, state);
  }

  @Override
  public void setMaskArray(INDArray mask) {
    requireNoMask(mask);
  }

  private void requireNoMask(INDArray mask) {
    if (mask != null) {
      throw new DL4JInvalidInputException(
          "Layer "
              + layerId()
              + " reads whole images and takes no mask, was given "
              + mask.shapeInfoToString()
              + ": mask labels instead, or use SscConvolution layers");
    }
  }

  /** No gradient of a statistic exists, and none is divided by the minibatch. */
  @Override
  public boolean updaterDivideByMinibatch(String key) {
    return !SparseTrunk.STATISTICS.equals(key);
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public void close() {
    if (replica != null) {
      replica.close();
      replica = null;
    }
  }
}
