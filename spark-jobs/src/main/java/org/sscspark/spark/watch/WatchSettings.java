package org.sscspark.spark.watch;

import java.io.Serializable;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import org.sscspark.config.BadInputException;

/**
 * Who is told of runs; bound from {@code metrics}. No part of what a run is.
 *
 * @param tensorboard whether a run writes event files
 * @param listeners the names of classes that implement {@link RunListener}
 */
public record WatchSettings(boolean tensorboard, List<String> listeners) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Nobody. */
  public static final WatchSettings NONE = new WatchSettings(false, List.of());

  public WatchSettings {
    listeners = List.copyOf(listeners);
  }

  /**
   * Makes the listeners that are named.
   *
   * @throws BadInputException if a class is not there, or cannot be one
   */
  public List<RunListener> newListeners() {
    List<RunListener> made = new ArrayList<>();
    for (String name : listeners) {
      made.add(newListener(name));
    }
    return made;
  }

  private static RunListener newListener(String name) {
    try {
      Class<?> type = Class.forName(name, true, Thread.currentThread().getContextClassLoader());
      return type.asSubclass(RunListener.class).getConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      throw new BadInputException(
          "metrics.listeners names %s, which is not on the class path: give its jar with --jars"
              .formatted(name),
          e);
    } catch (ClassCastException
        | NoSuchMethodException
        | IllegalAccessException
        | InstantiationException e) {
      throw new BadInputException(
          "metrics.listeners names %s, which is no public class that implements %s and has a"
                  .formatted(name, RunListener.class.getName())
              + " public constructor without parameters",
          e);
    } catch (LinkageError e) {
      throw new BadInputException(
          "metrics.listeners names %s, which cannot be loaded: %s; give all that it needs with --jars"
              .formatted(name, e),
          e);
    } catch (InvocationTargetException e) {
      throw new BadInputException(
          "metrics.listeners names %s, which cannot be made: %s".formatted(name, e.getCause()), e);
    }
  }
}
