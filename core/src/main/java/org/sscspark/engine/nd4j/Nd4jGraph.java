package org.sscspark.engine.nd4j;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;

/**
 * A network as ND4J operators over flat vectors of either precision. Forward keeps every
 * activation; backward walks the operators in reverse and adds up the gradients of outputs that are
 * read more than once, in that fixed order.
 */
final class Nd4jGraph implements AutoCloseable {
  private record Node(Op op, Nd4jOperator operator) {}

  private final List<Node> nodes = new ArrayList<>();
  private final Buffers sums;

  Nd4jGraph(
      NetworkSpec network, ParameterLayout layout, FlatVector parameters, FlatVector gradients) {
    this.sums = new Buffers(parameters.type());
    for (Op op : network.ops()) {
      nodes.add(new Node(op, operator(op, layout, parameters, gradients)));
    }
  }

  private static Nd4jOperator operator(
      Op op, ParameterLayout layout, FlatVector parameters, FlatVector gradients) {
    DataType type = parameters.type();
    if (op instanceof Op.Convolution convolution) {
      return new Nd4jConvolution(convolution, layout, parameters, gradients);
    } else if (op instanceof Op.FullyConnected connected) {
      return new Nd4jFullyConnected(connected, layout, parameters, gradients);
    } else if (op instanceof Op.BatchNorm norm) {
      return new Nd4jBatchNorm(norm, layout, parameters, gradients);
    } else if (op instanceof Op.Relu) {
      return new Nd4jRelu(type);
    } else if (op instanceof Op.Add) {
      return new Nd4jAdd(type);
    } else if (op instanceof Op.MaxPool pool) {
      return Nd4jPool.of(pool, type);
    } else if (op instanceof Op.AveragePool pool) {
      return Nd4jPool.of(pool, type);
    } else if (op instanceof Op.GlobalAveragePool) {
      return new Nd4jGlobalAveragePool(type);
    }
    throw new IllegalArgumentException("ND4J cannot run operator " + op.name());
  }

  /** Returns logits [N, classes, 1, 1], overwritten by the next call. */
  INDArray forward(INDArray input, BatchNormMode mode) {
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      Map<String, INDArray> outputs = new LinkedHashMap<>();
      outputs.put(NetworkSpec.INPUT, input);
      INDArray last = input;
      for (Node node : nodes) {
        List<INDArray> inputs = node.op().inputs().stream().map(outputs::get).toList();
        last = node.operator().forward(inputs, mode);
        outputs.put(node.op().name(), last);
      }
      return last;
    }
  }

  /**
   * Writes parameter gradients for the last {@link #forward}; those of operators that the logits do
   * not depend on are left as they are.
   *
   * @return the input's gradient, overwritten by the next call
   */
  INDArray backward(INDArray logitsGradient) {
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      Map<String, INDArray> gradients = new LinkedHashMap<>();
      gradients.put(nodes.get(nodes.size() - 1).op().name(), logitsGradient);
      for (int i = nodes.size() - 1; i >= 0; i--) {
        Op op = nodes.get(i).op();
        INDArray outputGradient = gradients.remove(op.name());
        if (outputGradient == null) {
          continue;
        }
        List<INDArray> inputGradients = nodes.get(i).operator().backward(outputGradient);
        for (int k = 0; k < inputGradients.size(); k++) {
          String name = op.inputs().get(k);
          gradients.merge(name, inputGradients.get(k), (sum, next) -> add(name, sum, next));
        }
      }
      return gradients.get(NetworkSpec.INPUT);
    }
  }

  private INDArray add(String name, INDArray sum, INDArray next) {
    return sum.addi(next, sums.take(name, sum.shape()));
  }

  @Override
  public void close() {
    nodes.forEach(node -> node.operator().close());
    sums.close();
  }
}
