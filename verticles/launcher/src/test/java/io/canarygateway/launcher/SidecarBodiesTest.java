package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Upstreams;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What clients announce costs nothing; what they send for the sidecar is counted, and given back.
 */
class SidecarBodiesTest {

  /** Three of these are more than all bodies together may have, an eighth of the heap. */
  private static final int ANNOUNCED =
      (int) Math.min(Runtime.getRuntime().maxMemory() / 8 / 3 + 1, 1 << 30);

  private static final String BUFFERED = "gateway_sidecar_buffered_bytes";
  private static final String TO_CANARY = "Sidecar returns status code 200";

  private Upstreams upstreams;
  private GatewayFixture gateway;

  @BeforeEach
  void start() throws Exception {
    upstreams = new Upstreams();
    gateway = GatewayFixture.start(upstreams.config().put("sidecar-max-body", 1 << 30));
  }

  @AfterEach
  void stop() {
    gateway.close();
    upstreams.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void clientsThatAnnounceMuchAndSendLittleTakeNoRoom(boolean chunked) throws Exception {
    String framing =
        chunked
            ? "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(ANNOUNCED) + "\r\nx"
            : "Content-Length: " + ANNOUNCED + "\r\n\r\nx";
    List<RawSocket> idlers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      idlers.add(
          new RawSocket(gateway.port()).send("POST /idle HTTP/1.1\r\nHost: x\r\n" + framing));
    }
    await().until(() -> gateway.metric("gateway_requests_in_flight") == idlers.size());
    for (int i = 0; i < 10; i++) {
      assertThat(gateway.post("/", "good").body()).isEqualTo("canary");
    }
    assertThat(gateway.routed("canary", TO_CANARY)).isEqualTo(10);
    assertThat(gateway.metric(BUFFERED)).isLessThan(1 << 20);
    for (RawSocket idler : idlers) {
      idler.close();
    }
    await().until(() -> gateway.metric("gateway_requests_in_flight") == 0);
    assertThat(gateway.metric(BUFFERED)).isZero();
  }

  @Test
  void whatWasSentIsCountedUntilTheClientLeaves() throws Exception {
    int sent = 300_000;
    try (RawSocket client = new RawSocket(gateway.port())) {
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
      client.send("x".repeat(sent));
      await()
          .untilAsserted(
              () -> assertThat(gateway.metric(BUFFERED)).isBetween(sent * 1.0, sent * 2.5));
    }
    await().until(() -> gateway.metric(BUFFERED) == 0);
    assertThat(upstreams.sidecar.seen).isEmpty();
  }
}
