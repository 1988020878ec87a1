package io.canarygateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.message.BreakerBeat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PresenceTest {

  private final AtomicLong now = new AtomicLong(1);
  private final Presence presence = new Presence(now::get);

  private boolean heard(String node) {
    return presence.heard(new BreakerBeat(node, 0, 0, false, false));
  }

  private void pass(long seconds) {
    now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  @Test
  void theOneHeardOfLastComesFirst() {
    assertThat(heard("a")).isTrue();
    pass(1);
    heard("c");
    pass(1);
    heard("b");
    assertThat(presence.latestFirst()).containsExactly("b", "c", "a");
    pass(2);
    assertThat(heard("c")).isFalse();
    assertThat(presence.latestFirst()).containsExactly("c", "b");
    assertThat(presence.live()).containsExactly("b", "c");
  }

  @Test
  void silentIsWhoHasBeenMissedForFiveSeconds() {
    heard("a");
    assertThat(presence.silent(List.of("a", "b"))).isEmpty();
    pass(6);
    assertThat(presence.silent(List.of("a", "b"))).containsExactly("b");
    pass(6);
    assertThat(presence.silent(List.of("a", "b"))).containsExactly("a", "b");
    heard("b");
    assertThat(presence.silent(List.of("a", "b"))).containsExactly("a");
  }
}
