package io.canarygateway.proxy;

import static io.canarygateway.fixtures.ScriptedGateway.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.ReceivedRequest;
import io.canarygateway.fixtures.ScriptedGateway;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The id that an upstream gets with each request, while the access log is on. */
class RequestIdTest {

  private static final String FRESH = "[0-9a-f]{32}";

  @TempDir private static Path directory;

  @RegisterExtension
  static final ScriptedGateway GATEWAY =
      ProxyFixture.scripted(
          targets ->
              targets
                  .put("access-log", "json")
                  .put("access-log-file", directory.resolve("access.log").toString()));

  private static ReceivedRequest upstreamGets(String... fields) throws Exception {
    GATEWAY.ask(request("GET /x HTTP/1.1", fields));
    return GATEWAY.upstream().only();
  }

  @Test
  void isMadeIfTheClientSendsNone() throws Exception {
    assertThat(upstreamGets().headers("X-Request-Id")).singleElement().asString().matches(FRESH);
  }

  @Test
  void ofTheClientIsPassedOn() throws Exception {
    String longest = "!".repeat(64) + "~".repeat(64);
    assertThat(upstreamGets("x-request-id: " + longest).headers("X-Request-Id"))
        .containsExactly(longest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "caf\u00e9", "a\tb"})
  void thatIsNoneIsReplaced(String id) throws Exception {
    assertThat(upstreamGets("X-Request-Id: " + id).headers("X-Request-Id"))
        .singleElement()
        .asString()
        .matches(FRESH);
  }

  @Test
  void thatIsTooLongIsReplaced() throws Exception {
    assertThat(upstreamGets("X-Request-Id: " + "a".repeat(129)).headers("X-Request-Id"))
        .singleElement()
        .asString()
        .matches(FRESH);
  }

  @Test
  void twoOfThemAreReplacedByOne() throws Exception {
    assertThat(upstreamGets("X-Request-Id: a", "X-Request-Id: b").headers("X-Request-Id"))
        .singleElement()
        .asString()
        .matches(FRESH);
  }

  @Test
  void anotherSpellingDoesNotPass() throws Exception {
    ReceivedRequest received = upstreamGets("X-Request-Id: a", "X_Request-Id: b");
    assertThat(received.headers("X-Request-Id")).containsExactly("a");
    assertThat(received.headers("X_Request-Id")).isEmpty();
  }
}
