package org.sscspark.training;

/**
 * Where a round's time went, as its driver saw it. The parts sum up to the round.
 *
 * @param broadcast sending the state: the driver's part, and the wait of the slowest worker
 * @param compute training by the slowest worker
 * @param reduce starting the tasks, carrying their results back and averaging them
 * @param driver what follows: the outer step
 */
public record RoundSeconds(double broadcast, double compute, double reduce, double driver) {
  /** No time. */
  public static final RoundSeconds NONE = new RoundSeconds(0, 0, 0, 0);

  /** The sums of both. */
  public RoundSeconds plus(RoundSeconds other) {
    return new RoundSeconds(
        broadcast + other.broadcast,
        compute + other.compute,
        reduce + other.reduce,
        driver + other.driver);
  }

  /** The whole duration. */
  public double total() {
    return broadcast + compute + reduce + driver;
  }

  /** Everything but compute. */
  public double overhead() {
    return broadcast + reduce + driver;
  }
}
