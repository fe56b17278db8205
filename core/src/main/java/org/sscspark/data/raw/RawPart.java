package org.sscspark.data.raw;

import java.io.Serializable;

/**
 * A piece of a raw data set that is read on its own.
 *
 * @param location a file, a folder or an archive
 * @param first the first record in it
 * @param end the record after the last; {@link Long#MAX_VALUE} for all
 */
public record RawPart(String location, long first, long end) implements Serializable {
  static RawPart whole(String location) {
    return new RawPart(location, 0, Long.MAX_VALUE);
  }
}
