package io.canarygateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.store.StoreClient.Followed;
import org.junit.jupiter.api.Test;

/** How every store watches. */
abstract class StateWatchContract extends StoreTestBase {

  private static void awaitLast(Followed followed, String state) {
    patiently().untilAsserted(() -> assertThat(followed.last()).isEqualTo(state));
  }

  @Test
  void theCurrentStateComesFirst() {
    StateKey key = key();
    StoreClient client = client();
    awaitLast(client.watch(key), "none");
    client.put(key, "one");
    Followed late = client.watch(key);
    awaitLast(late, "one");
    assertThat(late.calls()).containsExactly("one");
  }

  @Test
  void changesOfOtherStoresAreSeen() throws Exception {
    StateKey key = key();
    StoreClient writer = directClient();
    Followed followed = client().watch(key);
    awaitLast(followed, "none");
    for (String text : new String[] {"one", "two", "one"}) {
      writer.put(key, text);
      awaitLast(followed, text);
    }
    delete(key);
    awaitLast(followed, "none");
    writer.put(key, "again");
    awaitLast(followed, "again");
  }

  @Test
  void theLastOfManyQuickChangesIsNeverMissed() {
    StateKey key = key();
    StoreClient writer = directClient();
    Followed followed = client().watch(key);
    for (int burst = 1; burst <= 5; burst++) {
      Revision revision = writer.put(key, "first");
      for (int i = 0; i < 30; i++) {
        revision = writer.written(key, revision, burst + "/" + i);
      }
      awaitLast(followed, burst + "/29");
    }
  }

  @Test
  void aWatchSeesItsOwnKeyOnly() {
    StateKey one = key("one");
    StateKey two = key("two");
    StoreClient client = client();
    Followed ofOne = client.watch(one);
    Followed ofTwo = client.watch(two);
    awaitLast(ofOne, "none");
    awaitLast(ofTwo, "none");
    client.put(two, "2");
    awaitLast(ofTwo, "2");
    client.put(one, "1");
    awaitLast(ofOne, "1");
    // A watch that has seen a write before its writer has the answer may say the state again.
    assertThat(ofOne.states()).startsWith("none").endsWith("1").containsOnly("none", "1");
    assertThat(ofTwo.states()).startsWith("none").endsWith("2").containsOnly("none", "2");
  }

  @Test
  void troubleIsReportedAndTheStateComesAgainAfterwards() throws Exception {
    StateKey key = key();
    StoreClient client = client();
    client.put(key, "one");
    Followed followed = client.watch(key);
    awaitLast(followed, "one");
    for (int outage = 1; outage <= 2; outage++) {
      goAway();
      patiently().until(followed::inTrouble);
      assertThat(followed.last()).hasSizeGreaterThan("!".length());
      recover();
      int states = outage + 1;
      patiently()
          .untilAsserted(() -> assertThat(followed.states()).hasSize(states).containsOnly("one"));
    }
  }

  @Test
  void aWatchMayBeginWhileTheEngineIsAway() throws Exception {
    StateKey key = key();
    client().put(key, "one");
    StoreClient client = client();
    goAway();
    Followed followed = client.watch(key);
    patiently().until(followed::inTrouble);
    assertThat(followed.states()).isEmpty();
    recover();
    awaitLast(followed, "one");
  }

  @Test
  void aClosedWatchIsSilent() {
    StateKey key = key();
    StoreClient client = client();
    Followed closed = client.watch(key);
    Followed open = client.watch(key);
    awaitLast(closed, "none");
    awaitLast(open, "none");
    closed.close();
    client.put(key, "one");
    awaitLast(open, "one");
    assertThat(closed.calls()).containsExactly("none");
  }

  @Test
  void aClosedStoreIsSilentAndRefusesCalls() {
    StateKey key = key();
    StoreClient client = client();
    StoreClient writer = directClient();
    Followed followed = client.watch(key);
    Followed fromOutside = writer.watch(key);
    awaitLast(followed, "none");
    client.close();
    client.close();
    writer.put(key, "one");
    awaitLast(fromOutside, "one");
    assertThat(followed.calls()).containsExactly("none");
    assertThat(client.watch(key).calls()).isEmpty();
    assertThat(client.tryRead(key)).satisfies(StateStoreContract::failsAsClosed);
    assertThat(client.tryWrite(key, Revision.NONE, "x"))
        .satisfies(StateStoreContract::failsAsClosed);
  }
}
