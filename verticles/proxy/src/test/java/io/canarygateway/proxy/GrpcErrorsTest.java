package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway's own answers to calls of gRPC, and what of upstreams' answers is an error. */
class GrpcErrorsTest {

  @RegisterExtension
  static final ScriptedGateway gateway =
      ProxyFixture.scripted(
          config ->
              config
                  .put("canary-target", config.getString("main-target"))
                  .put(
                      "circuit-breaker",
                      new JsonObject()
                          .put("error-limit-canary", 1_000)
                          .put("error-statuses", new JsonArray().add("grpc"))));

  private static Reply call(String type, String... fields) throws Exception {
    StringBuilder more = new StringBuilder();
    for (String field : fields) {
      more.append(field).append("\r\n");
    }
    return gateway.ask(
        "POST /a.B/C HTTP/1.1\r\nHost: x\r\nContent-Type: "
            + type
            + "\r\nContent-Length: 5\r\n"
            + more
            + "\r\n12345");
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/grpc", "application/grpc+proto", "Application/GRPC; a=b"})
  void aClosedUpstreamIsUnavailable(String type) throws Exception {
    gateway.upstream().script((request, link) -> link.close());
    Reply reply = call(type);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("grpc-status")).isEqualTo("14");
    assertThat(reply.header("grpc-message")).startsWith("the upstream could not be reached");
    assertThat(reply.header("Content-Type")).isEqualTo("application/grpc");
    assertThat(reply.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/grpc-web", "application/json", "application/grpcx"})
  void othersGetStatusesOfHttp(String type) throws Exception {
    gateway.upstream().script((request, link) -> link.close());
    assertThat(call(type).status()).isEqualTo(502);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "S", "123456789S", "1s", "-1S", "1.5S", "1 S", "+1S", "1SS"})
  void aMalformedDeadlineIsRefused(String deadline) throws Exception {
    gateway.upstream().answer(ScriptedUpstream.OK);
    assertThat(call("application/grpc", "grpc-timeout: " + deadline).header("grpc-status"))
        .isEqualTo("13");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1n", "20000u", "50m"})
  void aDeadlineThatIsOverEndsTheCall(String deadline) throws Exception {
    gateway.upstream().script((request, link) -> {});
    assertThat(call("application/grpc", "grpc-timeout: " + deadline).header("grpc-status"))
        .isEqualTo("4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"99999999H", "10S", "1M"})
  void aDeadlineInTheFutureChangesNothing(String deadline) throws Exception {
    gateway.upstream().answer(ScriptedUpstream.OK);
    assertThat(call("application/grpc", "grpc-timeout: " + deadline).body()).isEqualTo("ok");
  }

  @ParameterizedTest
  @CsvSource({"0,0", "3,1"})
  void aStatusInTrailersCounts(String status, int errors) throws Exception {
    gateway
        .upstream()
        .answer(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\ngrpc-status: "
                + status
                + "\r\n\r\n");
    assertThat(errorsOf("X-Canary: true")).isEqualTo(errors);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "3,1"})
  void aStatusInTheHeadCounts(String status, int errors) throws Exception {
    gateway
        .upstream()
        .answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\ngrpc-status: " + status + "\r\n\r\n");
    assertThat(errorsOf("X-Canary: true")).isEqualTo(errors);
  }

  @Test
  void aDeadlineIsNoErrorOfCanary() throws Exception {
    gateway.upstream().script((request, link) -> {});
    double before = gateway.metric("gateway_breaker_errors");
    call("application/grpc", "X-Canary: true", "grpc-timeout: 20m");
    assertThat(gateway.metric("gateway_breaker_errors")).isEqualTo(before);
  }

  private static double errorsOf(String field) throws Exception {
    double before = gateway.metric("gateway_breaker_errors");
    call("application/grpc", field);
    gateway.awaitQuiet();
    return gateway.metric("gateway_breaker_errors") - before;
  }
}
