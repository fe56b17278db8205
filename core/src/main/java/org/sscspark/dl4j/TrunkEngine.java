package org.sscspark.dl4j;

import org.sscspark.config.BadInputException;
import org.sscspark.config.SystemProperties;
import org.sscspark.engine.Engine;
import org.sscspark.engine.choice.Engines;

/**
 * The engine on which the trunks of this process run. It is no part of a network's configuration,
 * so that a model trained on one engine restores on another. Without a choice it is {@link
 * Engines#AUTO} with one thread, or what the system properties {@value #NAME_PROPERTY} and {@value
 * #THREADS_PROPERTY} say.
 */
public final class TrunkEngine {
  /** Names the engine of processes that nobody can call {@link #use} in. */
  public static final String NAME_PROPERTY = "sscspark.engine";

  /** The threads of each of their replicas. */
  public static final String THREADS_PROPERTY = "sscspark.engine.threads";

  private static Engine engine;

  private TrunkEngine() {}

  /** Chooses the engine of trunks that have not run yet. */
  public static synchronized void use(Engine chosen) {
    engine = chosen;
  }

  /**
   * The engine of this process.
   *
   * @throws BadInputException if the system properties name none
   */
  public static synchronized Engine current() {
    if (engine == null) {
      engine =
          Engines.create(
              System.getProperty(NAME_PROPERTY, Engines.AUTO),
              SystemProperties.count(THREADS_PROPERTY, 1));
    }
    return engine;
  }
}
