package org.sscspark.spark.ml;

import java.net.URI;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The turn of one fit in a folder. Fits of one application may run side by side, as a
 * CrossValidator's do, and two of them may be the same: the second waits until the first has left
 * the folder, and finds what it made.
 */
final class FolderTurn {
  private static final Logger LOG = LoggerFactory.getLogger(FolderTurn.class);

  /** Of folders that a fit is in or waits for. */
  private static final ConcurrentHashMap<URI, FolderTurn> TURNS = new ConcurrentHashMap<>();

  private final URI folder;
  private final ReentrantLock lock = new ReentrantLock();

  /** Changed in operations of {@link #TURNS} on this folder alone, which come one after another. */
  private int fits;

  private FolderTurn(URI folder) {
    this.folder = folder;
  }

  /** Waits until no other fit of this application is in a folder; {@link #end} must follow. */
  static FolderTurn in(URI folder) {
    FolderTurn turn =
        TURNS.compute(
            folder,
            (place, held) -> {
              FolderTurn one = held == null ? new FolderTurn(place) : held;
              one.fits++;
              return one;
            });
    if (!turn.lock.tryLock()) {
      LOG.info("Another fit of this application works in {} and is waited for", folder);
      turn.lock.lock();
    }
    return turn;
  }

  /** Lets the next fit into the folder. */
  void end() {
    lock.unlock();
    TURNS.compute(folder, (place, held) -> --fits == 0 ? null : this);
  }
}
