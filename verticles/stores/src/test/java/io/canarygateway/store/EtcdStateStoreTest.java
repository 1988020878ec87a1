package io.canarygateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.config.EtcdConfig;
import io.canarygateway.config.HttpUrl;
import io.canarygateway.fixtures.CuttingProxy;
import io.canarygateway.fixtures.EtcdServer;
import io.canarygateway.fixtures.FreePorts;
import io.canarygateway.store.StoreClient.Followed;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States in a real etcd, through a proxy that disturbs. */
@Tag("external")
class EtcdStateStoreTest extends StateStoreContract {

  @TempDir static Path directory;
  private static EtcdServer etcd;
  private static CuttingProxy proxy;

  @BeforeAll
  static void startServers() throws Exception {
    etcd = EtcdServer.start(directory.resolve("etcd"), 1);
    proxy = CuttingProxy.before(URI.create(etcd.endpoints().get(0)).getPort());
  }

  @AfterAll
  static void stopServers() throws Exception {
    proxy.close();
    etcd.close();
  }

  private static StateStore open(Vertx vertx, String... endpoints) {
    List<HttpUrl> urls = Stream.of(endpoints).map(HttpUrl::parse).toList();
    return StateStores.etcd(vertx, new EtcdConfig(urls, EtcdServer.PREFIX, "", "", "", "", "", ""));
  }

  private static String proxied() {
    return "http://127.0.0.1:" + proxy.port();
  }

  @Override
  StateStore disturbed(Vertx vertx) {
    return open(vertx, proxied());
  }

  @Override
  StateStore direct(Vertx vertx) {
    return open(vertx, etcd.endpoints().get(0));
  }

  @Override
  void delete(StateKey key) throws Exception {
    etcd.delete("/gateway/" + String.join("/", key.path()));
  }

  @Override
  void goAway() {
    proxy.down();
  }

  @Override
  void loseAnswers() {
    proxy.loseAnswers();
  }

  @Override
  void recover() {
    proxy.pass();
  }

  @Test
  void aKeyIsReadableForOperators() throws Exception {
    client().put(StateKey.breaker("prod eu", "app", "2/b"), "counts");
    assertThat(etcd.value("/gateway/breakers/prod%20eu/2%2Fb")).isEqualTo("counts");
  }

  @Test
  void aChangeComesByTheWatchBeforeTheFirstProbe() {
    StateKey key = key();
    StoreClient writer = directClient();
    writer.read(key); // Connected.
    Followed followed = client().watch(key);
    patiently().until(() -> followed.last().equals("none"));
    writer.put(key, "one");
    patiently()
        .atMost(Duration.ofMillis(EtcdWatch.PROBE_MS - 300))
        .until(() -> followed.last().equals("one"));
  }

  @Test
  void aSilentMemberIsGivenUpAndTheNextOneUsed() {
    StateKey key = key();
    String[] endpoints = {
      proxied(), etcd.endpoints().get(0), "http://127.0.0.1:" + FreePorts.next()
    };
    StoreClient client = client(vertx -> open(vertx, endpoints));
    proxy.silence();
    for (int i = 0; i < 6; i++) {
      client.put(key, "state " + i);
    }
    assertThat(client.read(key).text()).isEqualTo("state 5");
  }

  @Test
  void aSilentConnectionIsFoundByItsWatch() {
    StateKey key = key();
    Followed followed = client().watch(key);
    patiently().until(() -> followed.last().equals("none"));
    proxy.silence();
    patiently().until(followed::inTrouble);
    directClient().put(key, "one");
    recover();
    patiently().until(() -> followed.last().equals("one"));
  }

  @Test
  void whatEtcdHasCompactedMeanwhileIsNotMissed() throws Exception {
    StateKey key = key();
    StoreClient writer = directClient();
    writer.put(key, "one");
    Followed followed = client().watch(key);
    patiently().until(() -> followed.last().equals("one"));
    goAway();
    patiently().until(followed::inTrouble);
    for (int i = 0; i < 20; i++) {
      writer.put(key, "state " + i);
    }
    etcd.compact();
    recover();
    patiently().until(() -> followed.last().equals("state 19"));
    writer.put(key, "after");
    patiently().until(() -> followed.last().equals("after"));
  }

  @Test
  void statesOutliveARestartOfEtcd() throws Exception {
    StateKey key = key();
    StoreClient client = client();
    Revision first = client.written(key, Revision.NONE, "one");
    Followed followed = client.watch(key);
    patiently().until(() -> followed.last().equals("one"));
    etcd.kill();
    patiently().until(followed::inTrouble);
    etcd.start();
    patiently().until(() -> followed.last().equals("one"));
    client.written(key, first, "two");
    patiently().until(() -> followed.last().equals("two"));
  }

  @Test
  void aValueThatIsNoTextIsATroubleUntilItIsReplaced() throws Exception {
    StateKey key = key();
    StoreClient client = client();
    Followed followed = client.watch(key);
    patiently().until(() -> followed.last().equals("none"));
    etcd.put("/gateway/" + String.join("/", key.path()), new byte[] {(byte) 0xff});
    patiently().until(followed::inTrouble);
    etcd.put("/gateway/" + String.join("/", key.path()), "text");
    patiently().until(() -> followed.last().equals("text"));
  }
}
