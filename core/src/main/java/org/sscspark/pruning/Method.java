package org.sscspark.pruning;

/** How a network's weights are chosen before training. */
public enum Method {
  /** All of them. */
  DENSE(Basis.STRUCTURE),
  /** Structured sparse convolution. */
  SSC(Basis.STRUCTURE),
  /** As many weights in each layer as SSC keeps, at random places. */
  SSC_SHUFFLED(Basis.STRUCTURE),
  /** Group convolutions, the groups of every other layer interleaved. */
  GROUP(Basis.STRUCTURE),
  /** Depthwise and pointwise convolutions in place of others, at another width. */
  DEPTHWISE(Basis.STRUCTURE),
  /** HetConv: one full kernel in P, the others pointwise. */
  HETCONV(Basis.STRUCTURE),
  /** The dense network, narrower. */
  NARROW(Basis.STRUCTURE),
  /** The same share of each layer, at random. */
  RANDOM_UNIFORM(Basis.WEIGHTS),
  /** Erdos-Renyi-Kernel shares, at random. */
  RANDOM_ERK(Basis.WEIGHTS),
  /** The shares of random tickets, at random. */
  SMART_RATIO(Basis.WEIGHTS),
  /** The largest initial weights. */
  MAGNITUDE(Basis.WEIGHTS),
  /** See {@link Scorer.Snip}. */
  SNIP(Basis.GRADIENTS),
  /** SNIP in steps. */
  ITERATIVE_SNIP(Basis.GRADIENTS),
  /** See {@link Scorer.Grasp}. */
  GRASP(Basis.GRADIENTS),
  /** See {@link Scorer.SynFlow}. */
  SYNFLOW(Basis.WEIGHTS),
  /** See {@link Scorer.Force}. */
  FORCE(Basis.GRADIENTS);

  private enum Basis {
    STRUCTURE,
    WEIGHTS,
    GRADIENTS
  }

  private final Basis basis;

  Method(Basis basis) {
    this.basis = basis;
  }

  /** Whether single weights of the dense network are kept by a score, however random. */
  public boolean scores() {
    return basis != Basis.STRUCTURE;
  }

  /** Whether the score needs training images. */
  public boolean needsData() {
    return basis == Basis.GRADIENTS;
  }
}
