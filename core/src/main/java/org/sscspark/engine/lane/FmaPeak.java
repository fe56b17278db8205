package org.sscspark.engine.lane;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * A loop that does nothing but fused multiply-adds in registers: what one core can do at most.
 * Needs the module jdk.incubator.vector.
 */
public final class FmaPeak {
  private static final VectorSpecies<Float> SPECIES = VectorArithmetic.SPECIES;
  private static final int SUMS = 10;
  private static final int TURNS = 20_000;

  private FmaPeak() {}

  /** Multiply-adds of one {@link #run}. */
  public static long multiplyAdds() {
    return (long) TURNS * SUMS * SPECIES.length();
  }

  /** Runs the loop once; returns something that depends on all of it. */
  public static float run() {
    FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector y = FloatVector.broadcast(SPECIES, 1e-3f);
    FloatVector a = y;
    FloatVector b = y;
    FloatVector c = y;
    FloatVector d = y;
    FloatVector e = y;
    FloatVector f = y;
    FloatVector g = y;
    FloatVector h = y;
    FloatVector i = y;
    FloatVector j = y;
    for (int turn = 0; turn < TURNS; turn++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
    }
    FloatVector sum = a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j);
    return sum.reduceLanes(VectorOperators.ADD);
  }
}
