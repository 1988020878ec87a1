package io.canarygateway.launcher;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Lines of the log, with their fields: the journal of flags, or those of other loggers. */
final class JournalLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private final List<Map<String, Object>> lines = new CopyOnWriteArrayList<>();
  private final Logger logger;

  JournalLines() {
    this("io.canarygateway.flagwatcher");
  }

  JournalLines(String logger) {
    this.logger = (Logger) LoggerFactory.getLogger(logger);
    start();
    this.logger.addAppender(this);
  }

  @Override
  protected void append(ILoggingEvent event) {
    Map<String, Object> line = new HashMap<>();
    line.put("message", event.getFormattedMessage());
    if (event.getKeyValuePairs() != null) {
      event.getKeyValuePairs().forEach(pair -> line.put(pair.key, pair.value));
    }
    lines.add(line);
  }

  /** The lines about a flag. */
  List<Map<String, Object>> of(String flag) {
    return lines.stream().filter(line -> flag.equals(line.get("flag"))).toList();
  }

  /** The lines with a message. */
  List<Map<String, Object>> saying(String message) {
    return lines.stream().filter(line -> message.equals(line.get("message"))).toList();
  }

  @Override
  public String toString() {
    return lines.toString();
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    stop();
  }
}
