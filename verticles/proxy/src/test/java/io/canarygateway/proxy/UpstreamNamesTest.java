package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.DnsServer;
import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.fixtures.ScriptedUpstream;
import io.canarygateway.http.NameServers;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Targets with names, whose addresses a real name server changes. */
class UpstreamNamesTest {

  private static final String NAME = "shop.canary-gateway.test";
  private static final int CLIENTS = 4;

  private final int port = FreePorts.next();
  private DnsServer dns;
  private ProxyFixture gateway;

  @BeforeEach
  void startDns() throws Exception {
    dns = new DnsServer();
    System.setProperty(NameServers.PROPERTY, dns.address());
  }

  @AfterEach
  void stop() {
    System.clearProperty(NameServers.PROPERTY);
    dns.close();
    if (gateway != null) {
      gateway.close();
    }
  }

  private void start() throws Exception {
    gateway =
        ProxyFixture.start(
            new JsonObject()
                .put("main-target", "http://" + NAME + ":" + port)
                .put("canary-target", "http://127.0.0.1:1"));
  }

  private double endpoints(String state) throws Exception {
    return gateway.metric(
        "gateway_upstream_endpoints{state=\"%s\",target=\"main\"}".formatted(state));
  }

  @Test
  void ofTwoAddressesOneMayBeDead() throws Exception {
    dns.set(NAME, 60, "127.0.0.1", "127.0.0.2");
    try (ScriptedUpstream alive = new ScriptedUpstream("127.0.0.1", port)) {
      // Each request needs a new connection.
      alive.answer("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
      start();
      for (int i = 0; i < 100; i++) {
        assertThat(gateway.post("/" + i, "body").statusCode()).isEqualTo(200);
      }
      await().until(() -> endpoints("ejected") == 1);
      assertThat(gateway.metric("gateway_upstream_ejections_total{target=\"main\"}")).isEqualTo(1);
      assertThat(gateway.metric("gateway_errors_total{status=\"502\"}")).isZero();
    }
  }

  @Test
  void whenTheRecordChangesAllRequestsMoveWithinItsTimeAndNoneFails() throws Exception {
    dns.set(NAME, 1, "127.0.0.1");
    try (ScriptedUpstream old = new ScriptedUpstream("127.0.0.1", port);
        ScriptedUpstream next = new ScriptedUpstream("127.0.0.2", port)) {
      start();
      AtomicBoolean done = new AtomicBoolean();
      AtomicInteger sent = new AtomicInteger();
      Queue<String> failures = new ConcurrentLinkedQueue<>();
      ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
      for (int i = 0; i < CLIENTS; i++) {
        clients.execute(() -> load(done, sent, failures));
      }
      await().until(() -> old.received().size() > 100);
      AtomicLong last = new AtomicLong();
      old.script(
          (request, link) -> {
            last.set(System.nanoTime());
            link.readBody().send(ScriptedUpstream.OK);
          });
      dns.set(NAME, 1, "127.0.0.2");
      long changed = System.nanoTime();
      await().until(() -> !next.received().isEmpty() && old.open() == 0);
      Duration took = Duration.ofNanos(last.get() - changed);
      int before = old.received().size();
      int more = sent.get() + 200;
      await().until(() -> sent.get() > more);
      done.set(true);
      clients.shutdown();
      assertThat(clients.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
      assertThat(failures).as("failures; metrics:\n%s", gateway.metrics()).isEmpty();
      assertThat(old.received()).as("requests to the address that is gone").hasSize(before);
      assertThat(took).isLessThan(Duration.ofSeconds(5)); // Two, and three for a busy machine.
    }
  }

  private void load(AtomicBoolean done, AtomicInteger sent, Queue<String> failures) {
    while (!done.get()) {
      try {
        int status = gateway.post("/", "body").statusCode();
        if (status != 200) {
          failures.add("status " + status);
        }
      } catch (Exception e) {
        failures.add(e.toString());
      }
      sent.incrementAndGet();
    }
  }

  @Test
  void anAliasHasATimeToLiveToo() throws Exception {
    dns.alias(NAME, 1, "one.canary-gateway.test");
    dns.set("one.canary-gateway.test", 3600, "127.0.0.1");
    dns.set("two.canary-gateway.test", 3600, "127.0.0.2");
    try (ScriptedUpstream old = new ScriptedUpstream("127.0.0.1", port);
        ScriptedUpstream next = new ScriptedUpstream("127.0.0.2", port)) {
      start();
      assertThat(gateway.get("/").statusCode()).isEqualTo(200);
      dns.alias(NAME, 1, "two.canary-gateway.test");
      await().until(() -> old.open() == 0);
      assertThat(gateway.get("/").statusCode()).isEqualTo(200);
      assertThat(next.lines()).hasSize(1);
    }
  }

  @Test
  void aLookupThatFailsKeepsTheLastAddresses() throws Exception {
    dns.set(NAME, 1, "127.0.0.1");
    try (ScriptedUpstream alive = new ScriptedUpstream("127.0.0.1", port)) {
      start();
      assertThat(gateway.get("/").statusCode()).isEqualTo(200);
      dns.set(NAME, 1);
      int asked = dns.questions();
      await().until(() -> dns.questions() > asked + 1);
      assertThat(gateway.get("/").statusCode()).isEqualTo(200);
      assertThat(alive.accepted()).as("the connection stays").isEqualTo(1);
      assertThat(endpoints("up")).isEqualTo(1);
    }
  }

  @Test
  void aNameThatDoesNotExistIs502UntilItDoes() throws Exception {
    try (ScriptedUpstream alive = new ScriptedUpstream("127.0.0.1", port)) {
      start();
      assertThat(gateway.get("/").statusCode()).isEqualTo(502);
      dns.set(NAME, 1, "127.0.0.1");
      await().until(() -> gateway.get("/").statusCode() == 200);
      assertThat(alive.lines()).hasSize(1);
    }
  }

  @Test
  void theFirstRequestWaitsForTheNameNoLongerThanForAConnection() throws Exception {
    dns.silent(true);
    gateway =
        ProxyFixture.start(
            new JsonObject()
                .put("main-target", "http://" + NAME + ":" + port)
                .put("canary-target", "http://127.0.0.1:1")
                .put(
                    "proxy-client",
                    new JsonObject()
                        .put("to-main-and-canary", new JsonObject().put("timeout", "300ms"))));
    assertThat(gateway.get("/").statusCode()).isEqualTo(504);
  }

  @Test
  void eachServerOfAListGetsItsOwnHost() throws Exception {
    try (ScriptedUpstream one = new ScriptedUpstream();
        ScriptedUpstream two = new ScriptedUpstream()) {
      gateway =
          ProxyFixture.start(
              new JsonObject()
                  .put("main-target", new JsonArray().add(one.url()).add(two.url()))
                  .put("canary-target", "http://127.0.0.1:1"));
      assertThat(endpoints("up")).isEqualTo(2);
      await()
          .until(
              () -> {
                assertThat(gateway.get("/").statusCode()).isEqualTo(200);
                return !one.received().isEmpty() && !two.received().isEmpty();
              });
      assertThat(one.received().get(0).headers("Host")).containsExactly("127.0.0.1:" + one.port());
      assertThat(two.received().get(0).headers("Host")).containsExactly("127.0.0.1:" + two.port());
    }
  }
}
