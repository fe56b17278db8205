package org.sscspark.checkpoint;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** The warnings that a class logs. */
public final class LogCapture extends AbstractAppender implements AutoCloseable {
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final Logger logger;

  public LogCapture(Class<?> type) {
    this(type.getName());
  }

  /** As the other one, of a class that is hidden where this is used. */
  public LogCapture(String type) {
    super("capture", null, null, /* ignoreExceptions= */ false, Property.EMPTY_ARRAY);
    logger = (Logger) LogManager.getLogger(type);
    start();
    logger.addAppender(this);
  }

  @Override
  public void append(LogEvent event) {
    if (event.getLevel().equals(Level.WARN)) {
      warnings.add(event.getMessage().getFormattedMessage());
    }
  }

  public List<String> warnings() {
    return warnings;
  }

  @Override
  public void close() {
    logger.removeAppender(this);
    stop();
  }
}
