package org.sscspark.checkpoint;

import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * What is known of a committed checkpoint whose files have not been read.
 *
 * @param folder where it is
 * @param checkpoint what it holds, if its manifest can be read and its files are as long as that
 *     says
 * @param fault what is wrong with it otherwise, as in {@code damaged: state.bin is missing}
 */
public record CheckpointState(
    Path folder, Optional<Checkpoint> checkpoint, Optional<String> fault) {
  /** The complete rounds of the run, by the folder's name. */
  public long round() {
    return CheckpointVerifier.round(folder);
  }
}
