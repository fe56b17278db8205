package org.sscspark.spark.dataset;

import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.storage.Storage;

/** The place of a folder that is to be made. */
public final class OutPlace {
  private OutPlace() {}

  /**
   * Checks that it is not among what is read, for a part of which it would be taken the next time.
   *
   * @throws BadInputException if it is
   */
  public static void requireOutside(Configuration configuration, URI out, URI read) {
    Path folder = qualified(configuration, out);
    Path around = qualified(configuration, read);
    for (Path path = folder.getParent(); path != null; path = path.getParent()) {
      if (path.equals(around)) {
        throw new BadInputException(
            "%s lies in %s, which is read; give an --out beside it".formatted(folder, around));
      }
    }
  }

  private static Path qualified(Configuration configuration, URI location) {
    return Storage.fileSystem(configuration, location).makeQualified(Storage.path(location));
  }
}
