package io.canarygateway.launcher;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;

/**
 * The logging configuration, the same as {@code conf/logback.xml}. It is code because reading that
 * file would take a fifth of the gateway's start. An operator's own file replaces it: one on the
 * class path, or one that the system property {@code logback.configurationFile} names.
 */
public final class JsonLogging extends ContextAwareBase implements Configurator {

  static final Map<String, Level> LEVELS =
      Map.ofEntries(
          Map.entry(Logger.ROOT_LOGGER_NAME, Level.INFO),
          // Micrometer warns that Vert.x registers one gauge per event loop under the same name.
          Map.entry("io.micrometer", Level.ERROR),
          // The gateway itself logs clients that violate HTTP, without a stack trace.
          Map.entry("io.vertx.core.net.impl.ConnectionBase", Level.OFF),
          // The gateway logs once that etcd is unreachable; etcd's client would log every attempt.
          Map.entry("io.vertx.core.eventbus.impl.clustered", Level.ERROR),
          Map.entry("io.etcd.jetcd", Level.ERROR),
          Map.entry("com.google.common.util.concurrent", Level.OFF),
          Map.entry("io.grpc", Level.WARN),
          // The gateway logs once that spans cannot be exported; the SDK would log many batches.
          Map.entry("io.opentelemetry", Level.OFF),
          // The gateway logs nodes that join or leave. These would log each step of it, and the
          // group's name, which contains a token of the secret.
          Map.entry("org.infinispan", Level.ERROR),
          Map.entry("org.infinispan.CLUSTER", Level.OFF),
          // While a node does not answer, each write would be a stack trace.
          Map.entry("org.infinispan.interceptors", Level.OFF),
          Map.entry("org.jgroups", Level.ERROR),
          Map.entry("org.jboss.threads", Level.WARN));

  /** Log lines that may wait to be written. Further lines are dropped, so no request waits. */
  private static final int QUEUE = 8_192;

  private static final String FILE_PROPERTY = "logback.configurationFile";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty(FILE_PROPERTY) != null
        || isOnClassPath("logback-test.xml")
        || isOnClassPath("logback.xml")) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender(context));
    LEVELS.forEach((logger, level) -> context.getLogger(logger).setLevel(level));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static boolean isOnClassPath(String file) {
    return JsonLogging.class.getClassLoader().getResource(file) != null;
  }

  private static AsyncAppender appender(LoggerContext context) {
    JsonLineEncoder encoder = new JsonLineEncoder();
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName("STDOUT");
    console.setEncoder(encoder);
    console.start();
    AsyncAppender async = new AsyncAppender();
    async.setContext(context);
    async.setName("ASYNC");
    async.setQueueSize(QUEUE);
    async.setNeverBlock(true);
    async.setDiscardingThreshold(0);
    async.addAppender(console);
    async.start();
    return async;
  }
}
