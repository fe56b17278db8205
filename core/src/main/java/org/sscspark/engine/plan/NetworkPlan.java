package org.sscspark.engine.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.engine.FeatureStorage;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;

/**
 * A network's steps in order, and what each needs to know of the others. It holds for any engine
 * and any size of minibatch.
 *
 * <p>Steps run forward in order and backward in reverse. Layers that read the network's input
 * compute its gradient after everything else, if at all.
 */
public final class NetworkPlan {
  private final List<PlannedStep> steps;
  private final PlannedValue input;
  private final PlannedValue logits;
  private final boolean trains;

  private NetworkPlan(
      List<PlannedStep> steps, PlannedValue input, PlannedValue logits, boolean trains) {
    this.steps = List.copyOf(steps);
    this.input = input;
    this.logits = logits;
    this.trains = trains;
  }

  /** Plans with fused operators. */
  public static NetworkPlan of(NetworkSpec network) {
    return new Planner(network, FusedOp.of(network), /* trains= */ true).plan();
  }

  /**
   * Plans with fused operators, and with layers that run band by band together with the batch norms
   * on both sides: values that pass between them in bands have no buffer.
   *
   * @param parameters of the network
   * @param storage of features and their gradients, where steps can take that
   */
  public static NetworkPlan inBands(
      NetworkSpec network, ParameterLayout parameters, FeatureStorage storage) {
    List<FusedOp> ops = FusedOp.of(network);
    Set<String> live = network.live();
    Banding banding = Banding.of(ops, network.shapes(), parameters, live);
    return new Planner(network, banding, live, /* trains= */ true, storage).plan();
  }

  /**
   * Plans with fused operators for the way forward only: there are no gradients, and a value's
   * buffer serves others once the last step that reads it has run.
   */
  public static NetworkPlan forInference(NetworkSpec network) {
    return new Planner(network, FusedOp.of(network), /* trains= */ false).plan();
  }

  /** Plans each operator alone: for a reference whose results owe nothing to fusion. */
  public static NetworkPlan withoutFusion(NetworkSpec network) {
    return new Planner(
            network, network.ops().stream().map(FusedOp::alone).toList(), /* trains= */ true)
        .plan();
  }

  /** The network's input. */
  public PlannedValue input() {
    return input;
  }

  /** The network's output; steps that nobody reads may come after the one that computes it. */
  public PlannedValue logits() {
    return logits;
  }

  /** Whether there is a way back. */
  public boolean trains() {
    return trains;
  }

  /** The bytes of all its buffers and of the network's input, for one example. */
  public long exampleBytes() {
    Map<Integer, Long> values = new HashMap<>();
    Map<Integer, Long> gradients = new HashMap<>();
    for (PlannedValue value :
        Stream.concat(Stream.of(input), steps.stream().map(PlannedStep::output)).toList()) {
      values.put(value.buffer(), value.bytes());
      gradients.put(value.gradientBuffer(), value.bytes());
    }
    values.put(PlannedValue.NO_BUFFER, input.bytes());
    gradients.remove(PlannedValue.NO_BUFFER);
    return Stream.of(values, gradients)
        .flatMap(buffers -> buffers.values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }

  /** The steps, in order. */
  public List<PlannedStep> steps() {
    return steps;
  }

  /**
   * Makes an engine's steps, in order.
   *
   * @throws BadInputException naming the layer whose indices do not fit an int
   */
  public <S> List<S> steps(StepFactory<S> factory) {
    List<S> made = new ArrayList<>();
    for (PlannedStep step : steps) {
      try {
        made.add(step.op().accept(factory, step));
      } catch (ArithmeticException overflow) {
        throw new UnmetSettingsException(
            "Layer %s is too large to be numbered by an int: lower %sthe images' size"
                .formatted(step.op().name(), trains ? "train.batch or " : ""),
            overflow);
      }
    }
    return made;
  }

  private static final class Planner {
    private final Banding banding;
    private final List<FusedOp> ops;
    private final Map<String, FeatureShape> shapes;
    private final Map<String, Integer> halos;
    private final String logits;
    private final Set<String> live;
    private final boolean trains;
    private final Set<String> halved;
    private final BufferTurns values;
    private final BufferTurns gradients;

    /** Of each operator, for each operand, whether its gradient is added to. */
    private final Map<FusedOp, List<Boolean>> adds = new HashMap<>();

    Planner(NetworkSpec network, List<FusedOp> ops, boolean trains) {
      this(
          network,
          Banding.none(ops),
          trains ? network.live() : Set.of(),
          trains,
          FeatureStorage.FLOAT32);
    }

    Planner(
        NetworkSpec network,
        Banding banding,
        Set<String> live,
        boolean trains,
        FeatureStorage storage) {
      this.banding = banding;
      this.ops = banding.ops();
      this.live = live;
      this.trains = trains;
      this.shapes = network.shapes();
      this.halos = Halo.of(network);
      this.logits = network.logits();
      this.halved =
          storage == FeatureStorage.BFLOAT16 ? HalvedValues.of(banding, logits) : Set.of();
      this.values = new BufferTurns(shapes, halos, halved);
      this.gradients = new BufferTurns(shapes, halos, halved);
      claimValues();
      if (trains) {
        claimGradients();
      }
    }

    /** The way back reads every value again, so for training each has a buffer of its own. */
    private void claimValues() {
      Map<String, Integer> readers = new HashMap<>();
      ops.forEach(op -> op.inputs().forEach(in -> readers.merge(in, 1, Integer::sum)));
      readers.merge(logits, 1, Integer::sum);
      for (FusedOp op : ops) {
        if (!banding.passes(op)) {
          values.claim(op.output());
        }
        if (!trains) {
          readers.putIfAbsent(op.output(), 0);
          op.inputs().forEach(in -> readers.merge(in, -1, Integer::sum));
          Stream.concat(op.inputs().stream(), Stream.of(op.output()))
              .distinct()
              .filter(value -> readers.get(value) == 0 && !value.equals(NetworkSpec.INPUT))
              .forEach(values::release);
        }
      }
    }

    private void claimGradients() {
      gradients.claim(logits);
      for (int i = ops.size() - 1; i >= 0; i--) {
        FusedOp op = ops.get(i);
        // The input's gradient is computed last, if at all, from gradients that must outlive the
        // rest.
        if (live.contains(op.output()) && !readsInput(op)) {
          adds.put(op, claimOperands(op));
          if (banding.isLayer(op)) {
            gradients.release(banding.behind(op).output());
          } else if (!banding.norms(op).behindLayer()) {
            gradients.release(op.output());
          }
        }
      }
      for (FusedOp op : ops) {
        if (live.contains(op.output()) && readsInput(op)) {
          adds.put(op, claimOperands(op));
        }
      }
    }

    /**
     * A batch norm's gradient passes through: the last operand takes over the output's buffer. A
     * layer that runs band by band computes the gradient of its own output from it as it goes.
     */
    private List<Boolean> claimOperands(FusedOp op) {
      return IntStream.range(0, op.inputs().size())
          .mapToObj(operand -> claimOperand(op, operand))
          .toList();
    }

    private boolean claimOperand(FusedOp op, int operand) {
      String in = op.inputs().get(operand);
      if (operand == 0 && banding.norms(op).behindLayer()) {
        return false;
      }
      return op.op() instanceof Op.BatchNorm && operand == op.inputs().size() - 1
          ? gradients.claimFrom(op.output(), in)
          : gradients.claim(in);
    }

    private static boolean readsInput(FusedOp op) {
      return op.op() instanceof Op.Weighted && op.op().inputs().contains(NetworkSpec.INPUT);
    }

    private PlannedValue value(String name) {
      return new PlannedValue(
          name,
          shapes.get(name),
          halos.get(name),
          values.of(name),
          gradients.of(name),
          halved.contains(name) ? FeatureStorage.BFLOAT16 : FeatureStorage.FLOAT32);
    }

    NetworkPlan plan() {
      List<PlannedStep> steps = ops.stream().map(this::step).toList();
      return new NetworkPlan(steps, value(NetworkSpec.INPUT), value(logits), trains);
    }

    private PlannedStep step(FusedOp op) {
      boolean alive = live.contains(op.output());
      List<Operand> operands = new ArrayList<>();
      for (int i = 0; i < op.inputs().size(); i++) {
        operands.add(new Operand(value(op.inputs().get(i)), alive && adds.get(op).get(i)));
      }
      return new PlannedStep(
          op.op(),
          operands,
          value(op.output()),
          op.rectified(),
          alive,
          readsInput(op),
          banding.isLayer(op)
              ? new Bands.Layer(banding.ahead(op).map(this::step), step(banding.behind(op)))
              : banding.norms(op));
    }
  }
}
