package org.sscspark.search;

import java.util.Arrays;
import org.apache.commons.math3.random.SobolSequenceGenerator;
import org.sscspark.config.BadInputException;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * Quasi-random points: Sobol's sequence, which fills the space more evenly than independent draws,
 * moved by a random vector modulo 1 that depends on the seed (Cranley and Patterson, 1976). The
 * direction numbers are those of Joe and Kuo (2008), as in Commons Math.
 */
public record SobolSearch() implements Strategy {
  private static final int MOST_DIMENSIONS = 1000;

  /** A coordinate of its own, apart from those of trials, which are not negative. */
  private static final long SHIFT = -1;

  @Override
  public Suggestion next(Search search, History history) {
    int trial = history.trials();
    int size = search.space().dimensions().size();
    RandomStream random = RandomStream.of(search.seed(), Purpose.SEARCH, SHIFT);
    double[] shift = new double[size];
    Arrays.setAll(shift, i -> random.nextDouble());
    SobolSequenceGenerator sequence = new SobolSequenceGenerator(size);
    if (trial > 0) {
      sequence.skipTo(trial - 1);
    }
    return NewPoints.job(
        search,
        history,
        () -> {
          double[] place = sequence.nextVector();
          Arrays.setAll(place, i -> (place[i] + shift[i]) % 1);
          return search.space().at(place);
        });
  }

  @Override
  public void requireFit(Space space, int epochs) {
    if (space.dimensions().size() > MOST_DIMENSIONS) {
      throw new BadInputException(
          "Sobol's sequence has %s dimensions, the space %s; take random"
              .formatted(MOST_DIMENSIONS, space.dimensions().size()));
    }
  }
}
