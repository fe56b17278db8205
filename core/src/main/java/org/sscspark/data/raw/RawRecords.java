package org.sscspark.data.raw;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/** The records of a part, in their order; holds a file open until it is closed. */
public abstract class RawRecords implements Iterator<RawRecord>, Closeable {
  private Optional<RawRecord> ahead = Optional.empty();
  private boolean ended;

  /** Reads the next record; empty at the end. */
  protected abstract Optional<RawRecord> read() throws IOException;

  @Override
  public boolean hasNext() {
    if (ahead.isEmpty() && !ended) {
      try {
        ahead = read();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      ended = ahead.isEmpty();
    }
    return ahead.isPresent();
  }

  @Override
  public RawRecord next() {
    if (!hasNext()) {
      throw new NoSuchElementException("No record left in this part");
    }
    RawRecord record = ahead.get();
    ahead = Optional.empty();
    return record;
  }
}
