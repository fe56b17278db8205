package org.sscspark.training;

import java.io.Serializable;
import org.sscspark.config.Range;

/** How many steps workers take between two averagings: a pure function of the iteration. */
public sealed interface AveragingPeriod extends Serializable {
  /** The steps of the round that begins at this iteration, unless the epoch ends before. */
  int at(long iteration);

  /**
   * Always the same.
   *
   * @param steps at least 1
   */
  record Constant(int steps) implements AveragingPeriod {
    private static final long serialVersionUID = 1L;

    public Constant {
      Range.checkCount("frequency", steps);
    }

    @Override
    public int at(long iteration) {
      return steps;
    }
  }

  /**
   * Post-local SGD (Lin et al., "Don't use large mini-batches, use local SGD", ICLR 2020): an
   * averaging after every step at first, and rounds later.
   *
   * @param steps of a round, later
   * @param start the iteration from which on rounds have so many
   */
  record PostLocal(int steps, long start) implements AveragingPeriod {
    private static final long serialVersionUID = 1L;

    public PostLocal {
      Range.checkCount("frequency", steps);
    }

    @Override
    public int at(long iteration) {
      return iteration < start ? 1 : steps;
    }
  }

  /**
   * The quadratic synchronisation rule (Gu et al., "A quadratic synchronization rule for
   * distributed deep learning", ICLR 2024): {@code max(least, floor((growth / rate)^2))}. While the
   * rate warms up, the rate behind the warm-up counts.
   *
   * @param least the least steps of a round
   * @param growth the paper's alpha, in units of the rate
   * @param rate of the run
   */
  record Quadratic(int least, double growth, LearningRate rate) implements AveragingPeriod {
    private static final long serialVersionUID = 1L;

    public Quadratic {
      Range.checkCount("frequency", least);
      Range.POSITIVE.check("growth", growth);
    }

    @Override
    public int at(long iteration) {
      double ratio = growth / rate.at(Math.max(iteration, rate.warmupIterations()));
      return (int) Math.max(least, Math.min(Integer.MAX_VALUE, Math.floor(ratio * ratio)));
    }
  }
}
