package io.canarygateway.launcher;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** The journal of flags, read line by line with its fields. */
final class JournalLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private final List<Map<String, Object>> lines = new CopyOnWriteArrayList<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.canarygateway.flagwatcher");

  JournalLines() {
    start();
    logger.addAppender(this);
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
