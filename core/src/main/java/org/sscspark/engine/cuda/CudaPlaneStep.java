package org.sscspark.engine.cuda;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A step without parameters that works channel by channel: one kernel forward, a few backward. */
final class CudaPlaneStep implements CudaStep {
  /**
   * A kernel with the arguments that it has in every step.
   *
   * @param grid for the current minibatch
   */
  record Launch(String kernel, Supplier<Grid> grid, List<Object> arguments) {
    /** A launch whose arguments are these, a list standing for its elements. */
    static Launch of(String kernel, Supplier<Grid> grid, Object... arguments) {
      return new Launch(
          kernel, grid, Arrays.stream(arguments).<Object>flatMap(Launch::elements).toList());
    }

    private static Stream<?> elements(Object argument) {
      return argument instanceof List<?> list ? list.stream() : Stream.of(argument);
    }
  }

  private final CudaStream stream;
  private final Launch forward;
  private final List<Launch> backward;
  private final Cost forwardCost;
  private final Cost backwardCost;

  CudaPlaneStep(
      CudaStream stream,
      Launch forward,
      List<Launch> backward,
      Cost forwardCost,
      Cost backwardCost) {
    this.stream = stream;
    this.forward = forward;
    this.backward = List.copyOf(backward);
    this.forwardCost = forwardCost;
    this.backwardCost = backwardCost;
  }

  private void queue(Launch launch) {
    stream.launch(launch.kernel, launch.grid.get(), launch.arguments.toArray());
  }

  @Override
  public void forward() {
    queue(forward);
  }

  @Override
  public void backward() {
    backward.forEach(this::queue);
  }

  @Override
  public Cost forwardCost() {
    return forwardCost;
  }

  @Override
  public Cost backwardCost() {
    return backwardCost;
  }
}
