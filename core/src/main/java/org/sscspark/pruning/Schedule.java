package org.sscspark.pruning;

/** How density falls from 1 to the target over scoring steps. */
public sealed interface Schedule {
  /** The number of steps. */
  int steps();

  /** The density after a step, from 0; after the last it is the target. */
  double density(int step, double target);

  /** In words, for the record of a run. */
  String description();

  /** All at once. */
  record OneShot() implements Schedule {
    @Override
    public int steps() {
      return 1;
    }

    @Override
    public double density(int step, double target) {
      return target;
    }

    @Override
    public String description() {
      return "one shot";
    }
  }

  /** target^(t/T): each step removes the same share of what is left. */
  record Exponential(int steps) implements Schedule {
    public Exponential {
      requirePositive(steps);
    }

    @Override
    public double density(int step, double target) {
      return step + 1 == steps ? target : StrictMath.pow(target, (step + 1.0) / steps);
    }

    @Override
    public String description() {
      return steps + " steps, exponential";
    }
  }

  /** 1 - (1 - target) t/T: each step removes the same number. */
  record Linear(int steps) implements Schedule {
    public Linear {
      requirePositive(steps);
    }

    @Override
    public double density(int step, double target) {
      return step + 1 == steps ? target : 1 - (1 - target) * (step + 1.0) / steps;
    }

    @Override
    public String description() {
      return steps + " steps, linear";
    }
  }

  private static void requirePositive(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException("A schedule needs at least one step, had " + steps);
    }
  }
}
