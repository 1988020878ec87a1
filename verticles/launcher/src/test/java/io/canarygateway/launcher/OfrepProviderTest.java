package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.openfeature.contrib.providers.ofrep.OfrepProvider;
import dev.openfeature.contrib.providers.ofrep.OfrepProviderOptions;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.FlagEvaluationDetails;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.openfeature.sdk.Value;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.fixtures.Upstreams;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole gateway, asked by OpenFeature's own provider for Java. */
class OfrepProviderTest {

  private static final int KEYS = 10_000;
  private static final EvaluationContext ANNA = new ImmutableContext("anna");

  @TempDir Path directory;
  private Upstreams upstreams;
  private GatewayFixture gateway;

  @BeforeEach
  void start() throws Exception {
    upstreams = new Upstreams();
    gateway = GatewayFixture.start(config(7), write(7));
    OfrepProviderOptions options =
        OfrepProviderOptions.builder().baseUrl("http://127.0.0.1:" + gateway.metricsPort()).build();
    OpenFeatureAPI.getInstance().setProviderAndWait(OfrepProvider.constructProvider(options));
  }

  @AfterEach
  void stop() {
    OpenFeatureAPI.getInstance().shutdown();
    gateway.close();
    upstreams.close();
  }

  private JsonObject config(int limit) {
    return upstreams
        .withoutSidecar()
        .mergeIn(
            new JsonObject(
                """
                {"rollout": {"canary": 0.3, "key-header": "X-User"},
                 "daemon": {"application": "shop", "socket": "SOCKET"},
                 "flags": {"declare": {
                   "on": {"type": "bool", "default": true},
                   "limit": {"type": "int64"},
                   "ratio": {"type": "float64", "default": 0.25},
                   "title": {"type": "string", "default": "Grüezi"},
                   "list": {"type": "string-slice", "default": ["a", "b"]}}}}
                """
                    .replace("SOCKET", directory.resolve("d.sock").toString())))
        .put("limit", limit);
  }

  private Path write(int limit) throws Exception {
    Path next = directory.resolve("next");
    Files.writeString(next, GatewayFixture.onFreePorts(config(limit)).encode());
    return Files.move(next, directory.resolve("config.json"), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void theProviderEvaluatesEveryTypeAndSeesChanges() throws Exception {
    Client client = OpenFeatureAPI.getInstance().getClient();
    assertThat(client.getBooleanValue("on", false, ANNA)).isTrue();
    assertThat(client.getDoubleValue("ratio", 1.0, ANNA)).isEqualTo(0.25);
    assertThat(client.getStringValue("title", "", ANNA)).isEqualTo("Grüezi");
    assertThat(
            client
                .getObjectValue("list", new Value(), ANNA)
                .asStructure()
                .getValue("values")
                .asList())
        .extracting(Value::asString)
        .containsExactly("a", "b");
    assertThat(client.getIntegerValue("limit", 0, ANNA)).isEqualTo(7);
    write(8);
    await().until(() -> client.getIntegerValue("limit", 0, ANNA) == 8);
    FlagEvaluationDetails<Boolean> canary = client.getBooleanDetails("canary", false, ANNA);
    assertThat(canary.getReason()).isEqualTo("SPLIT");
    assertThat(canary.getVariant()).isEqualTo(canary.getValue() ? "canary" : "main");
  }

  @Test
  void theProviderUnderstandsErrors() {
    Client client = OpenFeatureAPI.getInstance().getClient();
    FlagEvaluationDetails<Boolean> missing = client.getBooleanDetails("missing", true, ANNA);
    assertThat(missing.getErrorCode()).isEqualTo(ErrorCode.FLAG_NOT_FOUND);
    assertThat(missing.getValue()).isTrue();
    // The provider makes this code of every 400.
    assertThat(client.getBooleanDetails("canary", true, new ImmutableContext()).getErrorCode())
        .isEqualTo(ErrorCode.INVALID_CONTEXT);
  }

  @Test
  void theFlagAndTheProxyAgreeForEveryKey() throws Exception {
    int canary = 0;
    try (RawSocket client = new RawSocket(gateway.port());
        RawSocket reader = new RawSocket(gateway.metricsPort())) {
      for (int i = 0; i < KEYS; i++) {
        // Besides plain keys: letters beyond ASCII, which a header carries as UTF-8.
        String key = i % 10 == 0 ? "Zoë-" + i : "user-" + i + "@example.org";
        boolean flag = evaluated(reader, key);
        String proxied = proxied(client, key);
        assertThat(proxied).as(key).isEqualTo(flag ? "canary" : "main");
        canary += flag ? 1 : 0;
      }
    }
    // 0.3, give or take five standard deviations.
    assertThat(canary).isBetween(2_770, 3_230);
  }

  private static boolean evaluated(RawSocket reader, String key) throws Exception {
    byte[] body =
        new JsonObject()
            .put("context", new JsonObject().put("targetingKey", key))
            .encode()
            .getBytes(StandardCharsets.UTF_8);
    String head =
        "POST /ofrep/v1/evaluate/flags/canary HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    JsonObject answer = new JsonObject(reader.send(head).send(body).reply("POST").body());
    assertThat(answer.getString("reason")).isEqualTo("SPLIT");
    return answer.getBoolean("value");
  }

  private static String proxied(RawSocket client, String key) throws Exception {
    String head = "GET / HTTP/1.1\r\nHost: x\r\nX-User: " + key + "\r\n\r\n";
    return client.send(head.getBytes(StandardCharsets.UTF_8)).reply().body();
  }
}
