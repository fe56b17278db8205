package org.sscspark.pattern;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;

/**
 * Rounds the layers' densities to what patterns can have, such that all layers together come close
 * to a budget from below. A pattern of period P that keeps w weights in a period keeps {@code
 * weights * w / (P * window)} of a layer, so a short period means wide classes and coarse steps.
 *
 * <p>Each layer takes a short period and rounds down. What is left goes, step by step, to the layer
 * that is then least above its share; no layer takes more than one step beyond its share. Where
 * these steps are too coarse for the rest, single layers go a little further, or take longer
 * periods.
 */
public final class SscRounding {
  /** What may be left before periods are made longer, as a fraction of the budget. */
  private static final double TOLERANCE = 0.003;

  /** How far above its share a layer may be for the sake of the budget. */
  private static final double MODEST = 1.15;

  /** The fewest POINT kernels in the period of a 1x1 layer, so that steps are below 1/4. */
  private static final int FEWEST_POINTS = 4;

  private final List<PrunableLayer> layers;
  private final PatternPreferences preferences;
  private final double[] targets;
  private final KernelCounts[] counts;
  private final long[] kept;
  private long left;

  private SscRounding(
      List<PrunableLayer> layers, double[] densities, long budget, PatternPreferences preferences) {
    this.layers = layers;
    this.preferences = preferences;
    this.targets = new double[layers.size()];
    this.counts = new KernelCounts[layers.size()];
    this.kept = new long[layers.size()];
    this.left = budget;
    for (int i = 0; i < layers.size(); i++) {
      // The smallest excess over a whole number of weights is rounding, not a share.
      targets[i] = densities[i] * layers.get(i).weights() + 1e-6;
      take(i, roundedDown(i));
    }
  }

  /**
   * Returns the kernels of a period of each layer.
   *
   * @param densities each layer's share, at least its floor
   * @param budget the weights that all layers may keep, at least what the shares come to
   * @param preferences which of several patterns is taken
   * @throws BadInputException if a layer has no pattern within its share
   */
  public static List<KernelCounts> counts(
      List<PrunableLayer> layers, double[] densities, long budget, PatternPreferences preferences) {
    SscRounding rounding = new SscRounding(layers, densities, budget, preferences);
    rounding.stepUp();
    rounding.refine(Math.round(budget * TOLERANCE));
    return List.of(rounding.counts);
  }

  private KernelCounts roundedDown(int i) {
    return roundedDown(i, preferences).orElseThrow(() -> noPattern(i));
  }

  private Optional<KernelCounts> roundedDown(int i, PatternPreferences preferred) {
    PrunableLayer layer = layers.get(i);
    for (int period : periods(layer)) {
      if (period >= shortestPeriod(layer, targets[i] / layer.weights())) {
        Optional<KernelCounts> most = most(layer, period, (long) targets[i], 0, preferred);
        if (most.isPresent()) {
          return most;
        }
      }
    }
    return Optional.empty();
  }

  /** The fewer blocks the filters make, the fewer channels a sparse pattern reads. */
  private BadInputException noPattern(int i) {
    PrunableLayer layer = layers.get(i);
    int widest = Math.min(preferences.outBlock().orElse(1), layer.shape().filters() + 1) - 1;
    while (widest > 0 && roundedDown(i, preferences.withOutBlock(widest)).isEmpty()) {
      widest--;
    }
    String what =
        preferences
            .outBlock()
            .map(block -> "ssc.out-block = " + block + ": layer ")
            .orElse("Layer ");
    String remedy = widest > 0 ? "take ssc.out-block = " + widest + " or less, " : "take ";
    return new UnmetSettingsException(
        String.format(
            Locale.ROOT,
            "%s%s, %s, has no SSC pattern of at most %d of its %d weights that reads every channel; %sa larger density, or add the layer to ssc.dense-layers",
            what,
            layer.name(),
            layer.shape(),
            (long) targets[i],
            layer.weights(),
            remedy));
  }

  /** One pair of ODD and EVEN has to fit into a period's weights, or a few POINT kernels. */
  private int shortestPeriod(PrunableLayer layer, double density) {
    int channels = layer.shape().channels() / layer.groups();
    double kernels = layer.shape().window() == 1 ? FEWEST_POINTS : 1;
    int shortest =
        (int) Math.ceil(Math.max(preferences.shortestPeriod(), kernels / density) - 1e-9);
    if (layer.groups() > 1 || shortest > channels) {
      return layer.groups() > 1 ? 1 : channels;
    }
    return shortest;
  }

  private static List<Integer> periods(PrunableLayer layer) {
    if (layer.groups() > 1) {
      return List.of(1);
    }
    List<Integer> periods = new ArrayList<>();
    for (int period = 1; period <= layer.shape().channels(); period++) {
      if (layer.shape().channels() % period == 0) {
        periods.add(period);
      }
    }
    return periods;
  }

  private void stepUp() {
    while (true) {
      int best = -1;
      double bestExcess = Double.POSITIVE_INFINITY;
      KernelCounts bestCounts = null;
      for (int i = 0; i < layers.size(); i++) {
        // A share within one weight is met.
        Optional<KernelCounts> next = kept[i] < targets[i] - 1 ? next(i) : Optional.empty();
        if (next.isPresent()) {
          double excess = kept(layers.get(i), next.get()) / targets[i];
          if (excess < bestExcess) {
            best = i;
            bestExcess = excess;
            bestCounts = next.get();
          }
        }
      }
      if (best < 0) {
        return;
      }
      take(best, bestCounts);
    }
  }

  /** The next more weights at the present period, if they fit. */
  private Optional<KernelCounts> next(int i) {
    PrunableLayer layer = layers.get(i);
    WeightShape shape = layer.shape();
    int period = counts[i].period();
    long step = layer.weights() / ((long) period * shape.window());
    int weights = counts[i].weights(shape.kernelHeight(), shape.kernelWidth());
    for (int more = 1; more * step <= left; more++) {
      Optional<KernelCounts> next = valid(layer, period, weights + more, preferences);
      if (next.isPresent()) {
        return next;
      }
      if (weights + more > period * shape.window()) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /**
   * Hands out what is left, the largest piece first: at the present periods, then at longer ones,
   * each within {@link #MODEST} of a layer's share, so that no small layer is given the rest of a
   * large one; only where that does not do is a layer given more.
   */
  private void refine(long tolerance) {
    for (int attempt = 0; attempt < 3; attempt++) {
      double excess = attempt < 2 ? MODEST : Double.POSITIVE_INFINITY;
      while (left > tolerance && refineOne(attempt > 0, excess)) {
        // One layer has taken the largest piece it could.
      }
    }
  }

  private boolean refineOne(boolean longerPeriods, double excess) {
    int best = -1;
    KernelCounts bestCounts = null;
    long bestGain = 0;
    for (int i = 0; i < layers.size(); i++) {
      PrunableLayer layer = layers.get(i);
      long most = (long) Math.min((double) (kept[i] + left), targets[i] * excess);
      for (int period : periods(layer)) {
        if (period < counts[i].period() || (period > counts[i].period() && !longerPeriods)) {
          continue;
        }
        Optional<KernelCounts> more = most(layer, period, most, kept[i], preferences);
        if (more.isPresent() && kept(layer, more.get()) - kept[i] > bestGain) {
          best = i;
          bestGain = kept(layer, more.get()) - kept[i];
          bestCounts = more.get();
        }
      }
    }
    if (best < 0) {
      return false;
    }
    take(best, bestCounts);
    return true;
  }

  private void take(int i, KernelCounts chosen) {
    long now = kept(layers.get(i), chosen);
    left -= now - kept[i];
    kept[i] = now;
    counts[i] = chosen;
  }

  /** The most weights of this period in (least, most], if there are any. */
  private static Optional<KernelCounts> most(
      PrunableLayer layer, int period, long most, long least, PatternPreferences preferred) {
    long step = layer.weights() / ((long) period * layer.shape().window());
    long weights = Math.min(most / step, (long) period * layer.shape().window());
    for (; weights * step > least; weights--) {
      Optional<KernelCounts> counts = valid(layer, period, (int) weights, preferred);
      if (counts.isPresent()) {
        return counts;
      }
    }
    return Optional.empty();
  }

  /** The counts for so many weights, if there are such and their filters can read every channel. */
  private static Optional<KernelCounts> valid(
      PrunableLayer layer, int period, int weights, PatternPreferences preferred) {
    WeightShape shape = layer.shape();
    return KernelCounts.of(
            period, weights, shape.kernelHeight(), shape.kernelWidth(), preferred.pointShare())
        .filter(choice -> SscPlacement.pattern(layer, choice, 0, preferred).isPresent());
  }

  private static long kept(PrunableLayer layer, KernelCounts counts) {
    WeightShape shape = layer.shape();
    long step = layer.weights() / ((long) counts.period() * shape.window());
    return step * counts.weights(shape.kernelHeight(), shape.kernelWidth());
  }
}
