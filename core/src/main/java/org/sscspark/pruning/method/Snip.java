package org.sscspark.pruning.method;

import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringMethod;

/** SNIP (Lee, Ajanthan and Torr, ICLR 2019); see {@link SnipScore}. */
public final class Snip implements ScoringMethod {
  @Override
  public String name() {
    return "snip";
  }

  @Override
  public String summary() {
    return "\\|w g\\|";
  }

  @Override
  public boolean needsData() {
    return true;
  }

  @Override
  public Scorer scorer(ScoringContext context) {
    return new SnipScore(context.gradients());
  }
}
