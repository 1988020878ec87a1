package io.canarygateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.config.EtcdConfig;
import io.canarygateway.config.HttpUrl;
import io.canarygateway.fixtures.Await;
import io.canarygateway.fixtures.EtcdServer;
import io.canarygateway.store.StoreClient.Followed;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States in a real etcd of three members. */
@Tag("external")
class EtcdLeaderTest {

  @TempDir Path directory;

  @Test
  void writersAndWatchesSurviveTheLossOfTheLeader() throws Exception {
    Vertx vertx = Vertx.vertx();
    StateKey key = new StateKey(List.of("leader"), "app", "leader");
    try (EtcdServer etcd = EtcdServer.start(directory, 3)) {
      List<HttpUrl> urls = etcd.endpoints().stream().map(HttpUrl::parse).toList();
      EtcdConfig config = new EtcdConfig(urls, EtcdServer.PREFIX, "", "", "", "", "", "");
      StoreClient watching = StoreClient.open(vertx, on -> StateStores.etcd(on, config));
      StoreClient writing = StoreClient.open(vertx, on -> StateStores.etcd(on, config));
      Followed followed = watching.watch(key);
      Counter counter = new Counter(writing, key, 1);
      counter.count(20);
      for (int outage = 0; outage < 2; outage++) {
        etcd.killLeader();
        int before = counter.done();
        counter.count(before, before + 20);
        String last = counter.done() + " " + counter.done() + " 0";
        StoreTestBase.patiently().untilAsserted(() -> assertThat(followed.last()).isEqualTo(last));
        etcd.start();
      }
      watching.close();
      writing.close();
    } finally {
      Await.result(vertx.close());
    }
  }
}
