package org.sscspark.pruning;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.sscspark.config.Named;
import org.sscspark.config.UnknownNameException;

/**
 * The name of a way to choose a network's weights before training; see {@link PruningMethod}.
 *
 * @param name as in settings
 */
public record Method(String name) implements Named, Serializable {
  private static final long serialVersionUID = 1L;

  /** All weights. */
  public static final Method DENSE = new Method("dense");

  /** Structured sparse convolution. */
  public static final Method SSC = new Method("ssc");

  /**
   * Checks the name.
   *
   * @throws UnknownNameException if no method has it
   */
  public Method {
    if (!PruningMethods.BY_NAME.containsKey(name)) {
      throw new UnknownNameException("pruning method", name, PruningMethods.BY_NAME.keySet());
    }
  }

  /** All methods that there are, in the order in which they are listed. */
  public static List<Method> all() {
    return PruningMethods.BY_NAME.keySet().stream().map(Method::new).toList();
  }

  /** What has this name. */
  public PruningMethod definition() {
    return PruningMethods.BY_NAME.get(name);
  }

  /** Whether single weights of the dense network are kept by a score, however random. */
  public boolean scores() {
    return definition().accept(scoring -> true, structure -> false);
  }

  /** Whether the score needs training images. */
  public boolean needsData() {
    return definition().accept(ScoringMethod::needsData, structure -> false);
  }

  /** Whether the score needs the classes of training images. */
  public boolean needsLabels() {
    return definition().accept(ScoringMethod::needsLabels, structure -> false);
  }

  /** Whether weights that are not kept differ in their scores too. */
  boolean ranksAll() {
    return definition().accept(ScoringMethod::ranksAll, structure -> false);
  }

  /**
   * The share of a run's epochs that train the dense network before weights are chosen, where
   * settings say nothing; 0 of methods that choose before training.
   */
  public double denseShare() {
    return definition().accept(ScoringMethod::denseShare, structure -> 0.0);
  }

  /**
   * The first epochs of a run, which train the dense network; 0 of methods that choose before.
   *
   * @param share of them, if settings say so
   * @param epochs of the whole run
   */
  public int denseEpochs(Optional<Double> share, int epochs) {
    return denseShare() == 0 ? 0 : (int) Math.round(share.orElse(denseShare()) * epochs);
  }

  /** When it chooses weights. */
  public enum Time {
    /** Before training. */
    BEFORE,
    /** Once, in its course: the first epochs train all weights. */
    ONCE_WITHIN,
    /** All the time: its support moves. */
    THROUGHOUT
  }

  /** When it chooses weights. */
  public Time time() {
    if (regrowth().isPresent()) {
      return Time.THROUGHOUT;
    }
    return denseShare() > 0 ? Time.ONCE_WITHIN : Time.BEFORE;
  }

  /**
   * Whether its training computes all weights at times: in its first epochs, or for the gradients
   * by which its support moves.
   */
  public boolean computesAllWeights() {
    return denseShare() > 0
        || regrowth().filter(one -> one.growth() == Regrowth.Growth.GRADIENT).isPresent();
  }

  /** How its support moves while it is trained, where settings say nothing. */
  Optional<Regrowth> regrowth() {
    return definition().accept(ScoringMethod::regrowth, structure -> Optional.empty());
  }

  /** What holds for its scores where settings say nothing; of no use to structures. */
  ScoringDefaults defaults() {
    return definition().accept(ScoringMethod::defaults, structure -> ScoringDefaults.COMMON);
  }

  /**
   * Whether a setting of the section {@code ssc} means anything to it.
   *
   * @param key without the section's name
   */
  public boolean readsSsc(String key) {
    return definition().accept(scoring -> false, structure -> structure.reads(key));
  }

  /**
   * Whether a setting of the section {@code pruning} means anything to it.
   *
   * @param key without the section's name
   */
  public boolean readsPruning(String key) {
    return definition().accept(scoring -> scoring.reads(key), structure -> false);
  }

  @Override
  public String toString() {
    return name;
  }
}
