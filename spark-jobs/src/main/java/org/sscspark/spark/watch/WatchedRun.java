package org.sscspark.spark.watch;

import java.net.URI;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a listener is told of its run.
 *
 * @param folder where the run is
 * @param model the network's name
 * @param parameters the length of its flat vector
 * @param settings all settings by their full keys, as in {@code train.epochs}
 */
public record WatchedRun(
    URI folder, String model, int parameters, SortedMap<String, String> settings) {
  public WatchedRun {
    settings = new TreeMap<>(settings);
  }

  /** The last part of the folder's path: what to call the run. */
  public String name() {
    String path = folder.getPath().replaceAll("/+$", "");
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
