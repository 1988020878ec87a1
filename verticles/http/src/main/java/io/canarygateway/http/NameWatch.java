package io.canarygateway.http;

import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A name whose addresses are kept up to date: it is looked up again whenever their time to live is
 * over. If a lookup fails, the last addresses stay. Confined to one event loop, except for {@link
 * #known}.
 */
final class NameWatch {

  /**
   * What is known of a name.
   *
   * @param addresses the addresses of the last lookup that succeeded; empty if none has
   * @param failure the reason why there are none; empty before the first lookup has ended
   */
  record Known(List<InetAddress> addresses, Optional<String> failure) {

    private static final Known NOTHING = new Known(List.of(), Optional.empty());
  }

  private static final Logger LOG = LoggerFactory.getLogger(NameWatch.class);
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final String name;
  private final NameServers servers;
  private final Runnable changed;
  private volatile Known known = Known.NOTHING;
  private boolean asking;
  private boolean asked;
  private boolean failing;
  private long askedNanos;
  private long waitNanos;

  /** The number of targets that need the name. Changed only within an atomic update of a map. */
  int users;

  /**
   * A name that was not looked up yet.
   *
   * @param changed called after each change, on the event loop
   */
  NameWatch(String name, NameServers servers, Runnable changed) {
    this.name = name;
    this.servers = servers;
    this.changed = changed;
  }

  /** What is known of the name now. Any thread may call this. */
  Known known() {
    return known;
  }

  /**
   * Looks the name up if it is time to.
   *
   * @param loop the event loop that this object is confined to
   */
  void tick(EventLoop loop, long now) {
    if (asking || asked && now - askedNanos < waitNanos) {
      return;
    }
    asking = true;
    asked = true;
    askedNanos = now; // The time to live counts from the question, which is the safe side.
    servers
        .lookup(name, loop)
        .whenCompleteAsync(
            (found, failure) -> {
              asking = false;
              if (failure == null) {
                found(found);
              } else {
                failed(failure);
              }
            },
            loop);
  }

  private void found(Addresses found) {
    waitNanos = bounded(found.ttl()).toNanos();
    failing = false;
    List<InetAddress> before = known.addresses();
    known = new Known(found.all(), Optional.empty());
    if (!before.equals(found.all())) {
      changed.run();
    }
  }

  private void failed(Throwable failure) {
    waitNanos = SHORTEST.toNanos();
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    if (!failing) {
      failing = true;
      LOG.atWarn()
          .addKeyValue("name", name)
          .addKeyValue("cause", cause.toString())
          .addKeyValue("addresses_kept", known.addresses().size())
          .log("name lookup failed");
    }
    if (known.addresses().isEmpty()) {
      known = new Known(List.of(), Optional.of("no address of " + name + ": " + cause));
      changed.run();
    }
  }

  static Duration bounded(Duration ttl) {
    return ttl.compareTo(SHORTEST) < 0 ? SHORTEST : ttl.compareTo(LONGEST) > 0 ? LONGEST : ttl;
  }
}
