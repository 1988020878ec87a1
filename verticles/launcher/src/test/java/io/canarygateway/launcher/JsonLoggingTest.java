package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

/** What the gateway writes to stdout. */
class JsonLoggingTest {

  private static final Path FILE = Path.of("..", "..", "conf", "logback.xml");

  private final LoggerContext context = new LoggerContext();

  @AfterEach
  void stop() {
    context.stop();
  }

  private LoggingEvent event(Level level, String message, Throwable failure) {
    return new LoggingEvent(
        "", context.getLogger("io.canarygateway.proxy.SomeClass"), level, message, failure, null);
  }

  private static String line(ILoggingEvent event) {
    return new String(new JsonLineEncoder().encode(event), StandardCharsets.UTF_8);
  }

  @Test
  void aLineIsAsCanaryRouterWritesIt() {
    LoggingEvent event = event(Level.WARN, "a \"quoted\"\nmessage", null);
    event.addKeyValuePair(new KeyValuePair("text", "\u0001é"));
    event.addKeyValuePair(new KeyValuePair("number", 7L));
    event.addKeyValuePair(new KeyValuePair("fraction", 0.5));
    event.addKeyValuePair(new KeyValuePair("yes", true));
    event.addKeyValuePair(new KeyValuePair("nothing", null));
    event.addKeyValuePair(new KeyValuePair("other", Path.of("/x")));
    assertThat(line(event))
        .matches(
            "\\{\"@time\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d[.\\d]*(Z|[+-].*?)\",.*\n")
        .endsWith(
            "\"level\":\"warning\",\"msg\":\"a \\\"quoted\\\"\\nmessage\","
                + "\"logger\":\"i.c.proxy.SomeClass\",\"text\":\"\\u0001é\",\"number\":7,"
                + "\"fraction\":0.5,\"yes\":true,\"nothing\":null,\"other\":\"/x\"}\n");
  }

  @Test
  void aFailureIsOneField() {
    JsonObject line =
        new JsonObject(line(event(Level.ERROR, "failed", new IllegalStateException("why"))));
    assertThat(line.getString("level")).isEqualTo("error");
    assertThat(line.getString("error"))
        .startsWith("java.lang.IllegalStateException: why\n\tat io.canarygateway.");
  }

  @Test
  void theLevelsAreInLowerCase() {
    assertThat(Map.of("info", Level.INFO, "debug", Level.DEBUG, "trace", Level.TRACE).entrySet())
        .allSatisfy(
            name ->
                assertThat(
                        new JsonObject(line(event(name.getValue(), "x", null))).getString("level"))
                    .isEqualTo(name.getKey()));
  }

  @Test
  void theFileForOperatorsSaysTheSame() throws Exception {
    JoranConfigurator file = new JoranConfigurator();
    file.setContext(context);
    file.doConfigure(FILE.toFile());
    Map<String, Level> levels =
        context.getLoggerList().stream()
            .filter(logger -> logger.getLevel() != null)
            .collect(Collectors.toMap(Logger::getName, Logger::getLevel));
    assertThat(levels).isEqualTo(JsonLogging.LEVELS);
    AsyncAppender async = (AsyncAppender) root().getAppender("ASYNC");
    assertThat(async.getQueueSize()).isEqualTo(8_192);
    assertThat(async.isNeverBlock()).isTrue();
    assertThat(async.getDiscardingThreshold()).isZero();
    ConsoleAppender<ILoggingEvent> console =
        (ConsoleAppender<ILoggingEvent>) async.getAppender("STDOUT");
    assertThat(console.getEncoder()).isInstanceOf(JsonLineEncoder.class);
  }

  private Logger root() {
    return context.getLogger(Logger.ROOT_LOGGER_NAME);
  }

  @Test
  void aFileOnTheClassPathGoesFirst() {
    // The tests of this module have one.
    JsonLogging logging = new JsonLogging();
    assertThat(logging.configure(context)).isEqualTo(ExecutionStatus.INVOKE_NEXT_IF_ANY);
    Appender<ILoggingEvent> none = root().getAppender("ASYNC");
    assertThat(none).isNull();
  }
}
