package org.sscspark.engine.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;

/**
 * The bytes that a plan's steps read from memory and write to it, if no step finds anything in a
 * cache that another one left there. What one pass of a step touches counts once, however often it
 * touches it: feature maps and their gradients, with the zeros around those that windows move over;
 * weights; gradients of weights. A value that is written counts once (whether the processor reads
 * what it is about to overwrite is its own affair), one that is added to twice. Numbers of which
 * there is one a channel do not count.
 *
 * <p>This is what {@link Execution} runs, pass by pass; a step that is split or fused in another
 * way belongs here as well.
 */
public final class MemoryTraffic {
  /**
   * One pass of all steps of a kind.
   *
   * @param kind of the operator, as in {@link PlannedStep#kind}
   * @param pass {@code forward}, {@code backward}, {@code backward-data}, {@code backward-weights}
   */
  public record Part(String kind, String pass, long bytes) {}

  private MemoryTraffic() {}

  /**
   * The traffic of one training step, or of a forward pass if the plan does not train, without the
   * loss, the update and the gradient of the network's input.
   *
   * @param images in the minibatch
   * @return in order of kind and pass
   */
  public static List<Part> of(NetworkPlan plan, ParameterLayout parameters, int images) {
    Counter counter = new Counter(parameters, images);
    for (PlannedStep step : plan.steps()) {
      step.op().accept(counter, step);
    }
    List<Part> parts = new ArrayList<>();
    counter.bytes.forEach(
        (pass, bytes) -> {
          if (plan.trains() || pass.name().equals(FORWARD)) {
            parts.add(new Part(pass.kind(), pass.name(), bytes));
          }
        });
    parts.sort(Comparator.comparing(Part::kind).thenComparing(Part::pass));
    return parts;
  }

  private static final String FORWARD = "forward";
  private static final String BACKWARD = "backward";
  private static final String BACKWARD_WEIGHTS = "backward-weights";

  private record Pass(String kind, String name) {}

  /** Adds up the bytes of each step's passes. */
  private static final class Counter implements Op.ChannelwiseVisitor<Void, PlannedStep> {
    private final ParameterLayout parameters;
    private final long images;
    private final Map<Pass, Long> bytes = new LinkedHashMap<>();

    Counter(ParameterLayout parameters, int images) {
      this.parameters = parameters;
      this.images = images;
    }

    private void count(PlannedStep step, String pass, long bytesOfAnImage, long weights) {
      if (pass.equals(FORWARD) || step.live()) {
        long all = images * bytesOfAnImage + Float.BYTES * weights;
        bytes.merge(new Pass(step.kind(), pass), all, Long::sum);
      }
    }

    private void count(PlannedStep step, String pass, long bytesOfAnImage) {
      count(step, pass, bytesOfAnImage, 0);
    }

    /** A value or its gradient, read or written at each of its places. */
    private static long once(PlannedValue value) {
      return value.featureBytes();
    }

    /** A value or its gradient that windows move over, its zeros among them where it has some. */
    private static long windows(PlannedValue value) {
      return value.bytes();
    }

    /** An operand's gradient, written or added to. */
    private static long gradient(Operand operand) {
      return (operand.addsGradient() ? 2 : 1) * once(operand.value());
    }

    private Void layer(Op.Weighted op, PlannedStep step) {
      long weights = parameters.segment(op.name(), Role.WEIGHT).length();
      PlannedValue in = step.in().value();
      PlannedValue out = step.output();
      count(step, FORWARD, windows(in) + once(out), weights);
      count(step, BACKWARD_WEIGHTS, windows(in) + once(out), weights);
      if (!step.readsInput()) {
        count(step, "backward-data", windows(out) + gradient(step.in()), weights);
      }
      return null;
    }

    @Override
    public Void convolution(Op.Convolution op, PlannedStep step) {
      return step.bands() instanceof Bands.Layer bands ? banded(op, step, bands) : layer(op, step);
    }

    /**
     * Rows that are computed for a band are in the cache when it reads them; what is summed for a
     * norm is there as well. Where nothing keeps the input it is computed again backward.
     */
    private Void banded(Op.Weighted op, PlannedStep step, Bands.Layer bands) {
      long weights = parameters.segment(op.name(), Role.WEIGHT).length();
      PlannedValue in = step.in().value();
      boolean passes = in.buffer() == PlannedValue.NO_BUFFER && !step.readsInput();
      long behindNorm = bands.ahead().map(norm -> once(norm.in().value())).orElse(0L);
      long skip = bands.ahead().flatMap(PlannedStep::second).isPresent() ? once(in) : 0;
      long read = bands.ahead().isEmpty() ? windows(in) : behindNorm + skip;
      boolean keeps = bands.ahead().isPresent() && !passes;
      count(step, FORWARD, read + (keeps ? once(in) : 0) + once(step.output()), weights);
      long again = passes ? 0 : windows(in);
      PlannedStep behind = bands.behind();
      long outputs = once(step.output()) + once(behind.output());
      if (step.readsInput()) {
        count(step, BACKWARD_WEIGHTS, outputs + again, weights);
      } else {
        count(step, BACKWARD, outputs + gradient(step.in()) + again + behindNorm, 2 * weights);
      }
      return null;
    }

    @Override
    public Void fullyConnected(Op.FullyConnected op, PlannedStep step) {
      return layer(op, step);
    }

    /**
     * A channel's planes stay in the cache from the first of two passes to the second. Backward
     * needs the output, to see where the rectifier was open, only behind an addition, whose
     * gradient is what the rectifier lets through, written in place.
     */
    @Override
    public Void batchNorm(Op.BatchNorm op, PlannedStep step) {
      Bands.Norm bands = step.bands() instanceof Bands.Norm some ? some : Bands.ALONE;
      long in = once(step.in().value());
      long out = once(step.output());
      boolean adds = step.second().isPresent();
      if (!bands.aheadOfLayer()) {
        count(step, FORWARD, in + (adds ? 2 : 1) * out);
      } else if (!bands.behindLayer()) {
        count(step, FORWARD, in);
      }
      long mask = adds && step.rectified() && !bands.aheadOfLayer() ? 2 * out : 0;
      long sums = bands.aheadOfLayer() && bands.behindLayer() ? 0 : in + out;
      long own = bands.behindLayer() ? 0 : gradient(step.in());
      boolean addsToSkip = step.second().map(Operand::addsGradient).orElse(false);
      count(step, BACKWARD, sums + own + mask + (addsToSkip ? 2 * out : 0));
      return null;
    }

    /** Backward looks at the input, or at an output of its size, beside the gradients. */
    @Override
    public Void channelwise(Op.Channelwise op, PlannedStep step) {
      long in = once(step.in().value());
      long out = once(step.output());
      count(step, FORWARD, in + out);
      count(step, BACKWARD, in + out + gradient(step.in()));
      return null;
    }

    @Override
    public Void add(Op.Add op, PlannedStep step) {
      long map = once(step.output());
      count(step, FORWARD, 3 * map);
      long gradients = step.operands().stream().mapToLong(Counter::gradient).sum();
      count(step, BACKWARD, map + gradients);
      return null;
    }

    /** Backward looks for the largest value of each window again. */
    @Override
    public Void maxPool(Op.MaxPool op, PlannedStep step) {
      long in = windows(step.in().value());
      long out = once(step.output());
      count(step, FORWARD, in + out);
      count(step, BACKWARD, in + 2 * out + gradient(step.in()));
      return null;
    }

    @Override
    public Void averagePool(Op.AveragePool op, PlannedStep step) {
      return mean(step);
    }

    @Override
    public Void globalAveragePool(Op.GlobalAveragePool op, PlannedStep step) {
      return mean(step);
    }

    private Void mean(PlannedStep step) {
      long out = once(step.output());
      count(step, FORWARD, once(step.in().value()) + out);
      count(step, BACKWARD, out + gradient(step.in()));
      return null;
    }
  }
}
