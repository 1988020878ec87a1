package io.canarygateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AcceptBackoffTest {

  private static final Logger LOGGER = (Logger) LoggerFactory.getLogger(AcceptBackoff.class);

  private final EmbeddedChannel channel = new EmbeddedChannel(new AcceptBackoff());
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void start() {
    channel.freezeTime();
    log.start();
    LOGGER.addAppender(log);
    LOGGER.setAdditive(false);
  }

  @AfterEach
  void stop() {
    LOGGER.detachAppender(log);
    channel.finishAndReleaseAll();
  }

  private void fail() {
    channel.pipeline().fireExceptionCaught(new IOException("Too many open files"));
  }

  private boolean accepts() {
    return channel.config().isAutoRead();
  }

  private void pass(long milliseconds) {
    channel.advanceTimeBy(milliseconds, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  private void assertPause(long milliseconds) {
    fail();
    assertThat(accepts()).isFalse();
    pass(milliseconds - 1);
    assertThat(accepts()).isFalse();
    pass(1);
    assertThat(accepts()).isTrue();
  }

  @Test
  void pausesGrowUntilAConnectionIsAccepted() {
    assertPause(100);
    assertPause(200);
    assertPause(400);
    assertPause(800);
    assertPause(1_000);
    assertPause(1_000);
    channel.writeInbound("a connection");
    assertThat(channel.<Object>readInbound()).isEqualTo("a connection");
    assertPause(100);
  }

  @Test
  void failuresDuringAPauseDoNotProlongIt() {
    fail();
    pass(50);
    fail();
    pass(50);
    assertThat(accepts()).isTrue();
  }

  @Test
  void tenSecondsHaveOneLogLine() {
    for (int i = 0; i < 10; i++) {
      fail();
      pass(1_000);
    }
    assertThat(leftOut()).containsExactly(0L);
    fail();
    assertThat(leftOut()).containsExactly(0L, 9L);
  }

  private List<Object> leftOut() {
    return log.list.stream()
        .flatMap(line -> line.getKeyValuePairs().stream())
        .filter(pair -> pair.key.equals("left_out"))
        .map(pair -> pair.value)
        .toList();
  }

  @Test
  void itDoesNotWakeAClosedSocket() {
    fail();
    channel.close();
    pass(1_000);
    assertThat(accepts()).isFalse();
  }

  @Test
  void otherFailuresAreNotItsOwn() {
    channel.pipeline().fireExceptionCaught(new IllegalStateException("a fault"));
    assertThat(accepts()).isTrue();
    assertThatIllegalStateException().isThrownBy(channel::checkException);
  }
}
