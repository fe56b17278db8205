package org.sscspark.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sscspark.config.BadInputException;

/**
 * Asynchronous successive halving (ASHA: Li et al., "A System for Massively Parallel Hyperparameter
 * Tuning", MLSys 2020, algorithm 2). Trials pause at rungs of min-epochs times eta^k epochs; the
 * last rung is a whole trial. Whenever there is room, the best paused trial among the first 1/eta
 * of its rung resumes, from the highest rung that has one; else a new random trial starts. What is
 * decided depends on which results are there, that is, on the order of the history.
 *
 * @param minEpochs of the first rung
 * @param eta the factor between rungs, and one part in eta is promoted
 */
public record SuccessiveHalving(int minEpochs, int eta) implements Strategy {
  public SuccessiveHalving {
    if (minEpochs < 1) {
      throw new BadInputException("Strategy asha: min-epochs = " + minEpochs + " must be positive");
    }
    if (eta < 2) {
      throw new BadInputException("Strategy asha: eta = " + eta + " must be at least 2");
    }
  }

  /** The epochs of the rungs, ascending. */
  public List<Integer> rungs(int epochs) {
    List<Integer> rungs = new ArrayList<>();
    for (long rung = minEpochs; rung < epochs; rung *= eta) {
      rungs.add((int) rung);
    }
    rungs.add(epochs);
    return rungs;
  }

  @Override
  public Suggestion next(Search search, History history) {
    List<Integer> rungs = rungs(search.epochs());
    Set<Integer> failed = new HashSet<>();
    history.last().values().stream()
        .filter(event -> event instanceof Event.Failure)
        .forEach(event -> failed.add(event.trial()));
    for (int rung = rungs.size() - 2; rung >= 0; rung--) {
      int epochs = rungs.get(rung);
      List<Event.Result> results = new ArrayList<>(history.results(epochs));
      results.sort(
          Comparator.comparing(Event.Result::score, search.objective().bestFirst())
              .thenComparing(Event.Result::trial));
      for (Event.Result result : results.subList(0, results.size() / eta)) {
        int trial = result.trial();
        if (!failed.contains(trial) && !history.wentBeyond(trial, epochs)) {
          return new Job(trial, history.point(trial), rungs.get(rung + 1));
        }
      }
    }
    int trial = history.trials();
    return NewPoints.next(search.space(), history, RandomSearch.draws(search, trial))
        .<Suggestion>map(point -> new Job(trial, point, rungs.get(0)))
        .orElse(Suggestion.None.DONE);
  }

  /** It is not known before how many are promoted from a rung: about one in eta. */
  @Override
  public long epochs(Search search, int trials) {
    long epochs = 0;
    int before = 0;
    int left = trials;
    for (int rung : rungs(search.epochs())) {
      epochs += (long) left * (rung - before);
      before = rung;
      left /= eta;
    }
    return epochs;
  }

  @Override
  public void requireFit(Space space, int epochs) {
    if (minEpochs >= epochs) {
      throw new BadInputException(
          "Strategy asha: min-epochs = %s must be below the %s epochs of a trial (train.epochs)"
              .formatted(minEpochs, epochs));
    }
    if (space.variesEpochs()) {
      throw new BadInputException(
          "Space, key "
              + Search.EPOCHS
              + ": asha decides the epochs itself; take another strategy");
    }
  }
}
