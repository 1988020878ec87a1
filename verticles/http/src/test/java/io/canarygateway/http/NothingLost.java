package io.canarygateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.ByteBufAllocator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** An extension that fails a test class if a buffer was not released or an exception escaped. */
final class NothingLost implements BeforeAllCallback, AfterAllCallback {

  private static final Logger ROOT = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private static final int ROUNDS = 3;

  private final Queue<String> escaped = new ConcurrentLinkedQueue<>();
  private final AppenderBase<ILoggingEvent> log =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
            escaped.add(
                event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                        ? ""
                        : "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy())));
          }
        }
      };

  @Override
  public void beforeAll(ExtensionContext context) {
    findLost();
    RecordingLeakDetector.FOUND.clear();
    log.start();
    ROOT.addAppender(log);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    ROOT.detachAppender(log);
    assertThat(escaped).as("warnings and errors that were logged").isEmpty();
    findLost();
    assertThat(RecordingLeakDetector.FOUND).as("buffers that were not released").isEmpty();
  }

  /** Netty checks for unreleased buffers whenever it allocates one. */
  private static void findLost() {
    for (int i = 0; i < ROUNDS; i++) {
      System.gc();
      for (int j = 0; j < ROUNDS; j++) {
        ByteBufAllocator.DEFAULT.directBuffer(1).release();
      }
    }
  }
}
