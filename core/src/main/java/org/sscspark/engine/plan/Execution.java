package org.sscspark.engine.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Runs an engine's steps in the order of the plan.
 *
 * @param <S> the engine's steps
 */
public final class Execution<S extends Step> {
  private final List<PlannedStep> planned;
  private final List<S> steps;

  /** Layers that read the network's input: its gradient is computed only where it is asked for. */
  private final List<LayerStep> inputLayers = new ArrayList<>();

  /** Told the kind of each step and the pass that has just ended; null for nobody. */
  private BiConsumer<String, String> laps;

  /**
   * Runs these steps.
   *
   * @param steps one for each of the plan's
   */
  public Execution(NetworkPlan plan, List<S> steps) {
    this.planned = plan.steps();
    this.steps = List.copyOf(steps);
    for (int i = 0; i < planned.size(); i++) {
      if (planned.get(i).live() && planned.get(i).readsInput()) {
        inputLayers.add((LayerStep) steps.get(i));
      }
    }
  }

  /** From now on, tells of the kind and the pass of each step that has ended. */
  public void observe(BiConsumer<String, String> observer) {
    this.laps = observer;
  }

  /** The steps, in order. */
  public List<S> steps() {
    return steps;
  }

  /** The plan of each step. */
  public List<PlannedStep> planned() {
    return planned;
  }

  /** Computes the logits from the input. */
  public void forward() {
    for (int i = 0; i < steps.size(); i++) {
      steps.get(i).forward();
      lap(i, "forward");
    }
  }

  /** Computes all gradients but that of the network's input, from the logits' gradient. */
  public void backward() {
    for (int i = steps.size() - 1; i >= 0; i--) {
      backward(i);
    }
  }

  /** One step backward, without the gradient of the network's input. */
  public void backward(int step) {
    if (!planned.get(step).live()) {
      return;
    }
    if (steps.get(step) instanceof LayerStep layer) {
      layer.backwardParameters();
      lap(step, "backward-weights");
      if (!planned.get(step).readsInput()) {
        layer.backwardInput();
        lap(step, "backward-data");
      }
    } else {
      steps.get(step).backward();
      lap(step, "backward");
    }
  }

  /** Completes the gradient of the input; once after each {@link #backward()}. */
  public void backwardInput() {
    for (int i = 0; i < inputLayers.size(); i++) {
      inputLayers.get(i).backwardInput();
    }
  }

  private void lap(int step, String pass) {
    if (laps != null) {
      laps.accept(planned.get(step).kind(), pass);
    }
  }
}
