package io.canarygateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.canarygateway.fixtures.Await;
import io.canarygateway.store.WriteResult.Written;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** How every store behaves: its reads and writes here, its watches in the class above. */
abstract class StateStoreContract extends StateWatchContract {

  static final int MAX_BYTES = 256 << 10;

  static void failsAsClosed(Future<?> call) {
    assertThatThrownBy(() -> Await.result(call))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("closed");
  }

  private static void fails(Future<?> call, String reason) {
    assertThatThrownBy(() -> Await.result(call))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aKeyThatWasNeverWrittenHasNoState() {
    assertThat(client().read(key())).isEqualTo(State.NONE);
  }

  @Test
  void aStateIsCreatedOnce() {
    StateKey key = key();
    StoreClient client = client();
    Revision revision = client.written(key, Revision.NONE, "one");
    State one = new State(revision, "one");
    assertThat(client.read(key)).isEqualTo(one);
    assertThat(client.conflict(key, Revision.NONE, "two")).isEqualTo(one);
    assertThat(directClient().read(key)).isEqualTo(one);
  }

  @Test
  void anUpdateReplacesTheRevisionThatItExpects() {
    StateKey key = key();
    StoreClient client = client();
    Revision first = client.written(key, Revision.NONE, "one");
    Revision second = client.written(key, first, "two");
    Revision third = client.written(key, second, "two");
    assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
    State current = new State(third, "two");
    assertThat(client.conflict(key, first, "three")).isEqualTo(current);
    assertThat(client.conflict(key, second, "three")).isEqualTo(current);
    assertThat(client.read(key)).isEqualTo(current);
  }

  @Test
  void aDeletedStateCanBeCreatedAgainButNotUpdated() throws Exception {
    StateKey key = key();
    StoreClient client = client();
    Revision old = client.written(key, Revision.NONE, "one");
    delete(key);
    assertThat(client.read(key)).isEqualTo(State.NONE);
    assertThat(client.conflict(key, old, "two")).isEqualTo(State.NONE);
    Revision created = client.written(key, Revision.NONE, "two");
    assertThat(created).isNotEqualTo(old);
    assertThat(client.conflict(key, old, "three")).isEqualTo(new State(created, "two"));
  }

  @Test
  void aTextMayHave256KibibytesAndAnyCharacters() {
    StateKey key = key();
    StoreClient client = client();
    String largest = "ä€\uD83D\uDE00\"\\\0\n".repeat(1_000);
    largest +=
        "x".repeat(MAX_BYTES - largest.getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
    Revision revision = client.written(key, Revision.NONE, largest);
    assertThat(directClient().read(key).text()).isEqualTo(largest);
    client.written(key, revision, "ä".repeat(MAX_BYTES / 2));
  }

  @Test
  void badTextsAreRefusedBeforeTheyAreSent() throws Exception {
    StateKey key = key();
    StoreClient client = client();
    goAway(); // So nothing that is sent could be answered.
    fails(client.tryWrite(key, Revision.NONE, "x".repeat(MAX_BYTES + 1)), "over the limit");
    fails(client.tryWrite(key, Revision.NONE, "ä".repeat(MAX_BYTES / 2) + "x"), "over the limit");
    fails(client.tryWrite(key, Revision.NONE, "\uD83D"), "surrogate");
    fails(client.tryWrite(key, Revision.NONE, ""), "empty");
    recover();
    assertThat(directClient().read(key)).isEqualTo(State.NONE);
  }

  @Test
  void keysNeverMixWhateverTheirCharactersAre() {
    StoreClient client = client();
    String parent = key().path().get(1);
    List<StateKey> keys = new ArrayList<>();
    for (List<String> path :
        List.of(
            List.of("a", "b"),
            List.of("a/b"),
            List.of("a%2Fb"),
            List.of("a,b"),
            List.of("a b"),
            List.of("a", "b", ""),
            List.of("", "a", "b"),
            List.of(".."),
            List.of("."),
            List.of("grün\u0000\n~"),
            List.of("\uD83D\uDE00"),
            List.of("\uD83D"),
            List.of("?"),
            List.of("x".repeat(3_000) + "1"),
            List.of("x".repeat(3_000) + "2"),
            List.of("ü".repeat(3_000)))) {
      List<String> whole = new ArrayList<>(List.of("test", parent));
      whole.addAll(path);
      keys.add(new StateKey(whole, "app", parent + path));
    }
    Map<StateKey, Revision> revisions = new HashMap<>();
    for (StateKey key : keys) {
      revisions.put(key, client.written(key, Revision.NONE, "state " + keys.indexOf(key)));
    }
    for (StateKey key : keys) {
      State expected = new State(revisions.get(key), "state " + keys.indexOf(key));
      assertThat(client.read(key)).isEqualTo(expected);
    }
  }

  @Test
  void writersOfTwoStoresCountExactly() {
    StateKey key = key();
    StoreClient reader = client();
    Counter one = new Counter(client(), key, 1);
    Counter two = new Counter(directClient(), key, 2);
    int steps = 200;
    CompletableFuture.allOf(
            CompletableFuture.runAsync(() -> one.count(steps)),
            CompletableFuture.runAsync(() -> two.count(steps)))
        .orTimeout(120, java.util.concurrent.TimeUnit.SECONDS)
        .join();
    assertThat(reader.read(key).text()).isEqualTo("400 200 200");
    assertThat(one.unknown() + two.unknown()).isZero();
  }

  @Test
  void aWriteWhoseAnswerIsLostIsKnownByTheNextRead() throws Exception {
    StateKey key = key();
    StoreClient client = client();
    StoreClient observer = directClient();
    Revision first = client.written(key, Revision.NONE, "one");
    loseAnswers();
    Future<WriteResult> write = client.tryWrite(key, first, "two");
    patiently().until(() -> observer.read(key).text().equals("two"));
    recover();
    Future<WriteResult> outcome =
        write.otherwise(
            cause -> {
              assertThat(cause).isInstanceOf(StoreException.class);
              return new Written(Revision.NONE);
            });
    assertThat(Await.result(outcome)).isInstanceOf(Written.class);
    State second = client.read(key);
    assertThat(second.text()).isEqualTo("two");
    if (write.succeeded()) {
      assertThat(write.result()).isEqualTo(new Written(second.revision()));
    }
    assertThat(client.conflict(key, first, "three")).isEqualTo(second);
  }

  @Test
  void countersStayExactWhileAnswersAreLost() throws Exception {
    StateKey key = key();
    StoreClient observer = directClient();
    Counter one = new Counter(client(), key, 1);
    Counter two = new Counter(client(), key, 2);
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<Void> counting =
        CompletableFuture.allOf(
            CompletableFuture.runAsync(() -> one.countUntil(enough)),
            CompletableFuture.runAsync(() -> two.countUntil(enough)));
    for (int disturbances = 0; disturbances < 12 && !counting.isDone(); disturbances++) {
      int done = one.done() + two.done();
      patiently().until(() -> counting.isDone() || one.done() + two.done() > done + 5);
      Revision before = observer.read(key).revision();
      loseAnswers();
      for (int i = 0; i < 30 && observer.read(key).revision().equals(before); i++) {
        observer.read(key);
      }
      recover();
    }
    enough.set(true);
    counting.orTimeout(60, java.util.concurrent.TimeUnit.SECONDS).join();
    int all = one.done() + two.done();
    assertThat(observer.read(key).text()).isEqualTo(all + " " + one.done() + " " + two.done());
  }

  @Test
  void callsFailInTimeWhileTheEngineIsAwayAndWorkAfterwards() throws Exception {
    StateKey key = key();
    StoreClient client = client();
    Revision first = client.written(key, Revision.NONE, "one");
    goAway();
    long begun = System.nanoTime();
    List<Future<?>> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      calls.add(client.tryRead(key));
      calls.add(client.tryWrite(key, first, "two"));
    }
    calls.forEach(call -> fails(call, ""));
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
    recover();
    patiently().ignoreExceptions().until(() -> client.read(key).exists());
    client.put(key, "three");
  }
}
