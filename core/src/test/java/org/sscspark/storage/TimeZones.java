package org.sscspark.storage;

import java.util.TimeZone;
import java.util.concurrent.Callable;

/** This JVM, as if it ran elsewhere. */
public final class TimeZones {
  private TimeZones() {}

  /** What is computed in the time zone of this name. */
  public static <T> T in(String zone, Callable<T> what) throws Exception {
    TimeZone here = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone(zone));
    try {
      return what.call();
    } finally {
      TimeZone.setDefault(here);
    }
  }
}
