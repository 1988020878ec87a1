package io.canarygateway.http;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One address of an upstream. All event loops share it, and count its failures in a row together.
 * Thread-safe and free of locks.
 */
public final class Endpoint {

  /** The number of failures in a row after which an address is suspect, as in Envoy. */
  static final int SUSPECT_AFTER = 5;

  private static final int BAD_GATEWAY = 502;
  private static final int GATEWAY_TIMEOUT = 504;

  private final Server server;
  private final InetSocketAddress address;
  private final String text;
  private final Consumer<Endpoint> suspect;
  private final AtomicInteger failures = new AtomicInteger();

  /**
   * An address without failures yet.
   *
   * @param server the server that has the address
   * @param suspect called on any thread after each {@link #SUSPECT_AFTER} failures in a row
   */
  Endpoint(Server server, InetSocketAddress address, Consumer<Endpoint> suspect) {
    this.server = server;
    this.address = address;
    this.text = NetUtil.toSocketAddressString(address);
    this.suspect = suspect;
  }

  /** {@return the server that has the address} */
  public Server server() {
    return server;
  }

  /** {@return the address} */
  public InetSocketAddress address() {
    return address;
  }

  /** {@return the IP address and the port, such as {@code 10.0.0.1:80} or {@code [::1]:80}} */
  public String text() {
    return text;
  }

  /** Counts a response: 502, 503 and 504 are failures, all others end a row of failures. */
  public void answered(int status) {
    if (status >= BAD_GATEWAY && status <= GATEWAY_TIMEOUT) {
      failed();
    } else if (failures.get() != 0) { // A read costs less than a write, which other cores see.
      failures.set(0);
    }
  }

  /** Counts a call without a complete response, or a connection that could not be made. */
  public void failed() {
    if (failures.incrementAndGet() % SUSPECT_AFTER == 0) {
      suspect.accept(this);
    }
  }

  /** Forgets all failures. */
  void forgive() {
    failures.set(0);
  }

  /** The server's name and the address, for logs. */
  @Override
  public String toString() {
    return server.authority() + " at " + address.getAddress().getHostAddress();
  }
}
