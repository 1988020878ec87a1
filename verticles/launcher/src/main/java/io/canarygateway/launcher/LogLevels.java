package io.canarygateway.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.canarygateway.config.LogLevel;
import io.canarygateway.snapshot.ConfigSnapshot;
import org.slf4j.LoggerFactory;

/** Makes {@code log.level} the level of the gateway's loggers; those of libraries stay. */
final class LogLevels {

  private static final String OF_THE_GATEWAY = "io.canarygateway";

  private LogLevels() {}

  static void apply(ConfigSnapshot snapshot) {
    boolean debug = snapshot.config().log().level() == LogLevel.DEBUG;
    ((Logger) LoggerFactory.getLogger(OF_THE_GATEWAY)).setLevel(debug ? Level.DEBUG : Level.INFO);
  }
}
