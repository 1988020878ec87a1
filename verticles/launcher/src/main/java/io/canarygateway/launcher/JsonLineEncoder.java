package io.canarygateway.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.pattern.TargetLengthBasedClassNameAbbreviator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * The log format, which is canary-router's: one line of JSON for each event. Its fields are {@code
 * @time}, {@code level}, {@code msg}, {@code logger}, the event's own, and {@code error} with a
 * stack trace. Safe for use by any thread.
 */
public final class JsonLineEncoder extends EncoderBase<ILoggingEvent> {

  private static final byte[] NOTHING = {};
  private static final int LOGGER_LENGTH = 24;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ISO_OFFSET_DATE_TIME.withZone(ZoneId.systemDefault());

  private final JsonFactory json = new JsonFactory();
  private final TargetLengthBasedClassNameAbbreviator abbreviator =
      new TargetLengthBasedClassNameAbbreviator(LOGGER_LENGTH);
  private final Map<String, String> loggers = new ConcurrentHashMap<>();

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    try (JsonGenerator to = json.createGenerator(line)) {
      to.writeStartObject();
      to.writeStringField("@time", TIME.format(event.getInstant()));
      to.writeStringField("level", name(event.getLevel()));
      to.writeStringField("msg", event.getFormattedMessage());
      to.writeStringField(
          "logger", loggers.computeIfAbsent(event.getLoggerName(), abbreviator::abbreviate));
      if (event.getKeyValuePairs() != null) {
        for (KeyValuePair pair : event.getKeyValuePairs()) {
          to.writeFieldName(pair.key);
          write(pair.value, to);
        }
      }
      if (event.getThrowableProxy() != null) {
        to.writeStringField("error", ThrowableProxyUtil.asString(event.getThrowableProxy()));
      }
      to.writeEndObject();
      to.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line.toByteArray();
  }

  private static String name(Level level) {
    return level == Level.WARN ? "warning" : level.toString().toLowerCase(Locale.ROOT);
  }

  private static void write(@Nullable Object value, JsonGenerator to) throws IOException {
    if (value == null || value instanceof Number || value instanceof Boolean) {
      to.writeObject(value);
    } else {
      to.writeString(value.toString());
    }
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }
}
