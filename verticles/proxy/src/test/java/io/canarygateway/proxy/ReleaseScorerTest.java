package io.canarygateway.proxy;

import static io.canarygateway.fixtures.ScriptedGateway.request;
import static io.canarygateway.proxy.FallbackFixture.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.RawSocket;
import io.canarygateway.message.ReleaseScores;
import io.canarygateway.proxy.ScoreLog.Scored;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The messages with the scores of an event loop. */
class ReleaseScorerTest {

  private static final String TO_CANARY = "maxwellsdaemon: 0.25";

  @RegisterExtension final FallbackFixture gateway = new FallbackFixture();
  private final CountDownLatch slow = new CountDownLatch(1);
  private ScoreLog scores;

  private JsonObject settings(double canary, String version) {
    return new JsonObject()
        .put("main-target", gateway.main.url())
        .put("canary-target", gateway.canary.url())
        .put("strategy", "rollout")
        .put("rollout", new JsonObject().put("canary", canary))
        .put("release", new JsonObject().put("version", version));
  }

  private void start(JsonObject settings) throws Exception {
    gateway.canary.script(
        (request, link) -> {
          if (request.line().contains("/slow")) {
            awaitRelease();
          }
          link.send(ok("canary"));
        });
    gateway.startWith("rollout", "10s", settings);
    scores = ScoreLog.of(gateway.running().bus());
  }

  private void awaitRelease() {
    try {
      slow.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private RawSocket begin(String path) throws Exception {
    return new RawSocket(gateway.port()).send(request("GET " + path + " HTTP/1.1", TO_CANARY));
  }

  private void get(String path) throws Exception {
    assertThat(gateway.ask(request("GET " + path + " HTTP/1.1", TO_CANARY)).status())
        .isEqualTo(200);
  }

  /** Waits until each event loop has published so many messages more. */
  private void awaitMessages(int more) {
    for (String source : scores.watermarks().keySet()) {
      long before = count(source);
      await().until(() -> count(source) >= before + more);
    }
  }

  private long count(String source) {
    return scores.messages().stream().filter(each -> each.source().equals(source)).count();
  }

  @Test
  void withoutAReleaseThereAreNoMessages() throws Exception {
    JsonObject none = settings(0.5, "");
    start(none);
    get("/a");
    gateway.running().use(settings(0.5, "v2"));
    assertThat(scores.settled()).isEmpty();
    gateway.running().use(none);
    int before = scores.messages().size();
    get("/a");
    await().pollDelay(Duration.ofMillis(100)).until(() -> true);
    assertThat(scores.messages()).hasSize(before);
  }

  @Test
  void aSlowRequestHoldsBackThoseAfterItOnItsEventLoop() throws Exception {
    start(settings(0.5, "v2"));
    List<RawSocket> clients = new ArrayList<>();
    clients.add(begin("/slow"));
    await().until(() -> gateway.canary.received().size() == 1);
    for (int i = 0; i < ProxyFixture.EVENT_LOOPS; i++) { // Connections go round the event loops.
      clients.add(begin("/fast"));
      clients.get(i + 1).reply();
    }
    await().until(() -> scores.all().size() == ProxyFixture.EVENT_LOOPS - 1);
    awaitMessages(40); // A second, which is a bound that the fast ones do not exceed.
    assertThat(scores.all()).hasSize(ProxyFixture.EVENT_LOOPS - 1);
    long held = scores.watermarks().values().stream().min(Comparator.naturalOrder()).orElseThrow();
    slow.countDown();
    clients.get(0).reply();
    List<Scored> all = scores.settled();
    assertThat(all).hasSize(ProxyFixture.EVENT_LOOPS + 1);
    Scored first = all.get(ProxyFixture.EVENT_LOOPS - 1);
    Scored second = all.get(ProxyFixture.EVENT_LOOPS);
    assertThat(first.admittedNanos()).isEqualTo(held).isLessThan(second.admittedNanos());
    assertThat(first.source()).isEqualTo(second.source());
    assertThat(first.exceeded()).isGreaterThan(second.exceeded());
    for (RawSocket client : clients) {
      client.close();
    }
  }

  @Test
  void aRequestKeepsTheWeightThatItBeganWith() throws Exception {
    start(settings(0.5, "v2"));
    try (RawSocket client = begin("/slow")) {
      await().until(() -> gateway.canary.received().size() == 1);
      gateway.running().use(settings(0.3, "v2"));
      get("/a");
      get("/a");
      slow.countDown();
      client.reply();
    }
    assertThat(scores.settled())
        .extracting(Scored::weight)
        .containsExactlyInAnyOrder(0.5, 0.3, 0.3);
  }

  @Test
  void whatWasBegunUnderAnOlderVersionDoesNotCount() throws Exception {
    start(settings(0.5, "v2"));
    try (RawSocket client = begin("/slow")) {
      await().until(() -> gateway.canary.received().size() == 1);
      gateway.running().use(settings(0.5, "v3"));
      get("/a");
      slow.countDown();
      client.reply();
    }
    assertThat(scores.settled()).extracting(Scored::version).containsExactly("v3");
  }

  @Test
  void nothingIsScoredWhileAllGoToOneTargetButMessagesGoOn() throws Exception {
    start(settings(0.5, "v2"));
    for (double weight : new double[] {0, 1}) {
      gateway.running().use(settings(weight, "v2"));
      get("/a");
    }
    gateway.running().use(settings(0.5, "v2").put("canary-enabled", false));
    get("/a");
    gateway.running().use(settings(0.5, "v2").put("strategy", "canary"));
    get("/a");
    assertThat(scores.settled()).isEmpty();
  }

  @Test
  void oneMessageHasAllRoutesWithARelease() throws Exception {
    JsonObject settings = settings(0.5, "v2");
    JsonObject routes = new JsonObject();
    for (String name : new String[] {"cart", "plain"}) {
      routes.put(
          name,
          settings(0.4, name.equals("cart") ? "c7" : "")
              .put(
                  "match",
                  new JsonObject().put("path", new JsonObject().put("prefix", "/" + name))));
    }
    start(settings.put("routes", routes));
    get("/a");
    get("/cart");
    get("/plain");
    List<Scored> all = scores.settled();
    assertThat(all)
        .extracting(each -> each.route() + " " + each.version() + " " + each.weight())
        .containsExactlyInAnyOrder(" v2 0.5", "cart c7 0.4");
    ReleaseScores last = scores.messages().get(scores.messages().size() - 1);
    assertThat(last.routes()).extracting(ReleaseScores.OfRoute::route).containsExactly("", "cart");
    gateway.running().use(settings(0.5, "").put("routes", routes));
    await().until(() -> scores.messages().get(scores.messages().size() - 1).routes().size() == 1);
  }

  @Test
  void aProxyThatStopsSendsTheLastScores() throws Exception {
    start(settings(0.5, "v2"));
    try (RawSocket client = begin("/slow")) {
      await().until(() -> gateway.canary.received().size() == 1);
      get("/a");
      get("/a");
      Await.result(gateway.running().undeployProxies());
      gateway.metrics(); // Waits for the event loops, and so for the last messages.
      List<Scored> all = scores.all(); // That behind the slow request is not known.
      assertThat(all).hasSize(1);
      int messages = scores.messages().size();
      slow.countDown();
      client.readAll();
      assertThat(scores.messages()).hasSize(messages);
    }
  }
}
