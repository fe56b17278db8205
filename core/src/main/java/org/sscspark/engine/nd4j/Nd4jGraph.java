package org.sscspark.engine.nd4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.plan.Execution;
import org.sscspark.engine.plan.LayerStep;
import org.sscspark.engine.plan.NetworkPlan;
import org.sscspark.engine.plan.Operand;
import org.sscspark.engine.plan.PlannedStep;
import org.sscspark.network.NetworkSpec;

/**
 * A network as ND4J operators over flat vectors of either precision. Forward keeps every
 * activation; backward adds up the gradients of outputs that are read more than once in the order
 * of the plan, which fuses nothing.
 */
final class Nd4jGraph implements AutoCloseable {
  /** A value and its gradient, in arrays that belong to operators. */
  private static final class Node {
    private INDArray data;
    private INDArray gradient;
  }

  private final NetworkPlan plan;
  private final List<Nd4jOperator> operators;
  private final Execution<OperatorStep> execution;
  private final Map<String, Node> nodes = new HashMap<>();
  private final Buffers sums;
  private BatchNormMode mode = BatchNormMode.RUNNING;

  Nd4jGraph(NetworkSpec network, Nd4jOperators factory) {
    this.sums = new Buffers(factory.type());
    this.plan = NetworkPlan.withoutFusion(network);
    this.operators = plan.steps(factory);
    List<OperatorStep> steps = new ArrayList<>();
    for (int i = 0; i < operators.size(); i++) {
      steps.add(new OperatorStep(plan.steps().get(i), operators.get(i)));
    }
    this.execution = new Execution<>(plan, steps);
  }

  private Node node(String value) {
    return nodes.computeIfAbsent(value, name -> new Node());
  }

  /** What the last {@link #forward} made of a value, overwritten by the next. */
  INDArray value(String name) {
    return node(name).data;
  }

  /** An operator computes both gradients at once: they come with the parameters'. */
  private final class OperatorStep implements LayerStep {
    private final PlannedStep planned;
    private final Nd4jOperator operator;
    private List<INDArray> inputGradients = List.of();

    OperatorStep(PlannedStep planned, Nd4jOperator operator) {
      this.planned = planned;
      this.operator = operator;
    }

    @Override
    public void forward() {
      List<INDArray> inputs =
          planned.operands().stream().map(operand -> node(operand.value().name()).data).toList();
      node(planned.output().name()).data = operator.forward(inputs, mode);
    }

    @Override
    public void backwardParameters() {
      inputGradients = operator.backward(node(planned.output().name()).gradient);
    }

    @Override
    public void backwardInput() {
      for (int i = 0; i < inputGradients.size(); i++) {
        Operand operand = planned.operands().get(i);
        Node in = node(operand.value().name());
        INDArray next = inputGradients.get(i);
        in.gradient =
            operand.addsGradient()
                ? in.gradient.addi(next, sums.take(operand.value().name(), next.shape()))
                : next;
      }
    }
  }

  /** Returns logits [N, classes, 1, 1], overwritten by the next call. */
  INDArray forward(INDArray input, BatchNormMode newMode) {
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      mode = newMode;
      node(NetworkSpec.INPUT).data = input;
      execution.forward();
      return node(plan.logits().name()).data;
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
      node(plan.logits().name()).gradient = logitsGradient;
      execution.backward();
      execution.backwardInput();
      return node(NetworkSpec.INPUT).gradient;
    }
  }

  @Override
  public void close() {
    operators.forEach(Nd4jOperator::close);
    sums.close();
  }
}
