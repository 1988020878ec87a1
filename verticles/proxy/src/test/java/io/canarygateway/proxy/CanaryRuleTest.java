package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.Reply;
import io.canarygateway.fixtures.ScriptedGateway;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code canary-when}: rules that send a request to canary, whatever the strategy. */
class CanaryRuleTest {

  private static final String REASON = "Canary rule";

  private static final String RULES =
      """
      [{"headers": {"X-Group": "beta", "Accept-Language": {"regex": "de.*"}}},
       {"headers": {"X-List": "a,b"}},
       {"cookies": {"group": "beta", "Age": {"regex": "[0-9]+"}}},
       {"query": {"new version": "1"}},
       {"headers": {"X-Office": "1"}, "sources": ["192.0.2.0/24", "2001:db8::/32"]}]
      """;

  @RegisterExtension
  static final ScriptedGateway gateway =
      ProxyFixture.scripted(config -> config.put("canary-when", new JsonArray(RULES)));

  @RegisterExtension
  static final ScriptedGateway behindProxies =
      ProxyFixture.scripted(
          config ->
              config
                  .put("canary-when", new JsonArray(RULES))
                  .put("trusted-proxies", new JsonArray().add("127.0.0.0/8").add("10.0.0.0/8")));

  @RegisterExtension
  static final ScriptedGateway local =
      ProxyFixture.scripted(
          config -> config.put("canary-when", new JsonArray("[{\"sources\": [\"127.0.0.0/8\"]}]")));

  @RegisterExtension final FreshProxy fresh = new FreshProxy();

  /** Whether a request goes to canary because of a rule. */
  private static boolean fits(ScriptedGateway of, String path, String... fields) throws Exception {
    double before = of.routed("canary", REASON);
    assertThat(of.get(path, fields).status()).isEqualTo(200);
    return of.routed("canary", REASON) > before;
  }

  @Test
  void allMembersOfARuleHaveToFit() throws Exception {
    assertThat(fits(gateway, "/", "x-group: beta", "Accept-Language: de-DE")).isTrue();
    assertThat(fits(gateway, "/", "x-group: beta")).isFalse();
    assertThat(fits(gateway, "/", "x-group: beta", "Accept-Language: en, de")).isFalse();
    assertThat(fits(gateway, "/", "x-group: BETA", "Accept-Language: de")).isFalse();
    assertThat(fits(gateway, "/", "Cookie: group=beta; Age=42")).isTrue();
    assertThat(fits(gateway, "/", "Cookie: group=beta; age=42")).isFalse();
    assertThat(fits(gateway, "/")).isFalse();
  }

  @Test
  void linesOfAHeaderAreJoined() throws Exception {
    assertThat(fits(gateway, "/", "X-List: a", "x-list: b")).isTrue();
    assertThat(fits(gateway, "/", "X-List: a,b")).isTrue();
    assertThat(fits(gateway, "/", "X-List: b", "X-List: a")).isFalse();
  }

  @Test
  void theFirstOfSeveralCookiesCounts() throws Exception {
    assertThat(fits(gateway, "/", "Cookie: a; group=\"beta\" ;Age=1")).isTrue();
    assertThat(fits(gateway, "/", "Cookie: group=beta", "Cookie: x=y; Age=1")).isTrue();
    assertThat(fits(gateway, "/", "Cookie: group=other; group=beta; Age=1")).isFalse();
    assertThat(fits(gateway, "/", "Cookie: ;;=; group=beta;Age=1;")).isTrue();
  }

  @Test
  void theQueryIsDecoded() throws Exception {
    assertThat(fits(gateway, "/?new+version=1")).isTrue();
    assertThat(fits(gateway, "/?a=b&%6eew%20version=%31")).isTrue();
    assertThat(fits(gateway, "/?new+version=2&new+version=1")).as("the first counts").isFalse();
    assertThat(fits(gateway, "/?new%zzversion=1")).isFalse();
    assertThat(fits(gateway, "/?")).isFalse();
  }

  @Test
  void theAddressOfTheConnectionCounts() throws Exception {
    assertThat(fits(local, "/")).isTrue();
    assertThat(fits(local, "/", "X-Forwarded-For: 192.0.2.1")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "192.0.2.1, 127.0.0.1"})
  void withoutTrustedProxiesNobodySpeaksForAnother(String forwarded) throws Exception {
    assertThat(fits(gateway, "/", "X-Office: 1", "X-Forwarded-For: " + forwarded)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1",
        "192.0.2.1:4711",
        "2001:db8::1",
        "[2001:db8::1]",
        "[2001:db8::1]:4711",
        "::ffff:192.0.2.1",
        "203.0.113.1, 192.0.2.1",
        "192.0.2.1, 10.0.0.1 , 10.0.0.2",
        "192.0.2.1,,10.0.0.1,"
      })
  void theLastAddressThatIsNoTrustedProxyIsTheClient(String forwarded) throws Exception {
    assertThat(fits(behindProxies, "/", "X-Office: 1", "X-Forwarded-For: " + forwarded)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1, 203.0.113.1",
        "192.0.2.1, 203.0.113.1, 10.0.0.1",
        "192.0.2.1, unknown",
        "192.0.2.1, unknown, 10.0.0.1",
        "192.0.2",
        "192.0.2.1.test",
        "[192.0.2.1",
        "10.0.0.1",
        ","
      })
  void whatAClientWritesBeforeItsOwnAddressDoesNotCount(String forwarded) throws Exception {
    assertThat(fits(behindProxies, "/", "X-Office: 1", "X-Forwarded-For: " + forwarded)).isFalse();
  }

  @Test
  void addressesOverSeveralLinesAreOneList() throws Exception {
    assertThat(
            fits(
                behindProxies,
                "/",
                "X-Office: 1",
                "X-Forwarded-For: 203.0.113.1, 192.0.2.1",
                "X-Forwarded-For: 10.0.0.1"))
        .isTrue();
  }

  @Test
  void anEndlessChainOfProxiesIsNoClient() throws Exception {
    String chain = "192.0.2.1" + ", 10.0.0.1".repeat(1_000);
    assertThat(fits(behindProxies, "/", "X-Office: 1", "X-Forwarded-For: " + chain)).isFalse();
  }

  @Test
  void xCanaryComesFirst() throws Exception {
    assertThat(fits(local, "/", "X-Canary: false")).isFalse();
    assertThat(fits(local, "/", "X-Canary: true")).isFalse();
    assertThat(local.routed("canary", "Routed via X-Canary header value: true")).isEqualTo(1);
  }

  @Test
  void theKillSwitchComesFirst() throws Exception {
    fresh.start(localRule().put("canary-enabled", false));
    assertThat(fresh.get("/").body()).isEqualTo("main");
    assertThat(fresh.routed("main", "Canary disabled")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "rollout", "sidecar"})
  void aRuleComesBeforeTheStrategy(String strategy) throws Exception {
    fresh.start(localRule().put("strategy", strategy).put("sidecar-url", "http://127.0.0.1:1"));
    assertThat(fresh.get("/").body()).isEqualTo("canary");
    assertThat(fresh.routed("canary", REASON)).isEqualTo(1);
  }

  @Test
  void aClientOfARolloutGetsItsAssignmentAllTheSame() throws Exception {
    fresh.start(localRule().put("rollout", new JsonObject().put("canary", 0)));
    assertThat(fresh.get("/").headers().firstValue("set-cookie")).isPresent();
    assertThat(fresh.routed("canary", REASON)).isEqualTo(1);
  }

  @Test
  void aRuleKeepsWithinTheBreaker() throws Exception {
    fresh.start(
        localRule().put("circuit-breaker", new JsonObject().put("request-limit-canary", 2)));
    for (String expected : new String[] {"canary", "canary", "main", "main"}) {
      assertThat(fresh.get("/").body()).isEqualTo(expected);
    }
    assertThat(fresh.routed("canary", REASON)).isEqualTo(2);
    assertThat(fresh.routed("main", "Canary request limit reached")).isEqualTo(2);
  }

  @Test
  void rulesChangeLive() throws Exception {
    fresh.start(fresh.upstreams.withoutSidecar());
    assertThat(fresh.get("/").body()).isEqualTo("main");
    fresh.running().use(localRule());
    assertThat(fresh.get("/").body()).isEqualTo("canary");
  }

  @Test
  void aHostileRequestCostsLittle() throws Exception {
    String cookies = "group=x;".repeat(3_500);
    Reply reply = gateway.get("/?" + "&".repeat(2_000), "Cookie: " + cookies);
    assertThat(reply.status()).isEqualTo(200);
  }

  private JsonObject localRule() {
    return fresh
        .upstreams
        .withoutSidecar()
        .put("canary-when", new JsonArray("[{\"sources\": [\"127.0.0.0/8\"]}]"));
  }
}
