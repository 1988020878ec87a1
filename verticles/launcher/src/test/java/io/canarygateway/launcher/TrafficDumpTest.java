package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Requests and responses in the log, for which the launcher sets the level. */
class TrafficDumpTest {

  private Upstreams upstreams;
  private GatewayFixture gateway;

  @BeforeEach
  void start() {
    upstreams = new Upstreams();
  }

  @AfterEach
  void stop() {
    gateway.close();
    upstreams.close();
  }

  @Test
  void debugDumpsAreBoundedAndMasked() throws Exception {
    gateway =
        GatewayFixture.start(
            upstreams
                .withoutSidecar()
                .put(
                    "log",
                    new JsonObject()
                        .put("level", "debug")
                        .put("debug-request-body", true)
                        .put("debug-response-body", true)));
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Logger logger = (Logger) LoggerFactory.getLogger("io.canarygateway.proxy");
    logger.addAppender(lines);
    try {
      gateway.post(
          "/secret?access_token=tok1&q=plain",
          "b".repeat(100_000),
          "Authorization",
          "Bearer abc",
          "Cookie",
          "id=1",
          "X-Plain",
          "seen");
      await().until(() -> lines.list.size() == 2);
    } finally {
      logger.detachAppender(lines);
    }
    assertThat(lines.list.get(0).getFormattedMessage())
        .startsWith("POST /secret?access_token=***&q=plain ")
        .contains("X-Plain: seen", "Authorization: ***", "Cookie: ***", "bbbb")
        .doesNotContain("abc", "id=1")
        .hasSizeLessThan(20_000);
    assertThat(lines.list.get(1).getFormattedMessage()).startsWith("200 OK").endsWith("main");
  }
}
