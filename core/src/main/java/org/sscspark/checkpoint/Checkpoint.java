package org.sscspark.checkpoint;

import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.sscspark.storage.FileDigest;

/**
 * A committed checkpoint.
 *
 * @param folder where it is
 * @param manifest what it holds
 */
public record Checkpoint(Path folder, CheckpointManifest manifest) {
  /** The complete rounds of the run. */
  public long round() {
    return manifest.round();
  }

  /** What tells the best checkpoint; absent if not evaluated. */
  public Optional<Double> score() {
    return manifest.score();
  }

  /**
   * The location of one of its files.
   *
   * @throws IllegalArgumentException if it has no such file
   */
  public Path file(String name) {
    for (FileDigest entry : manifest.files()) {
      if (entry.name().equals(name)) {
        return new Path(folder, name);
      }
    }
    throw new IllegalArgumentException("Checkpoint " + folder + " has no file " + name);
  }
}
