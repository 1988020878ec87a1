package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagTypes;
import java.time.Duration;
import java.util.List;

/** The settings of the listeners of clients and of metrics. All are static. */
final class ServerSettings {

  static final Catalogue ALL = new Catalogue();

  private static final boolean STATIC = false;

  static final Flag<String> HOST =
      ALL.host("router-server.host", "127.0.0.1", "Address that clients connect to.");
  static final Flag<Long> PORT =
      ALL.port("router-server.port", 1345, "Port that clients connect to. 0: any free port.");
  static final Flag<Duration> READ_TIMEOUT =
      ALL.timeout(
          "router-server.read-timeout",
          STATIC,
          Duration.ofSeconds(5),
          "Longest time for a connection's first request head, and for a pause in a body; then the"
              + " client gets 408.");
  static final Flag<Duration> WRITE_TIMEOUT =
      ALL.timeout(
          "router-server.write-timeout",
          STATIC,
          Duration.ofSeconds(15),
          "Longest time for which a client may not read its response.");
  static final Flag<Duration> IDLE_TIMEOUT =
      ALL.timeout(
          "router-server.idle-timeout",
          STATIC,
          Duration.ofSeconds(120),
          "Longest time without any progress of a kept-alive connection, a tunnel or a response."
              + " Raise it together with an upstream timeout above it.");
  static final Flag<Duration> DRAIN_TIMEOUT =
      ALL.flag(
          "router-server.drain-timeout",
          FlagTypes.seconds(Duration.ZERO, Duration.ofMinutes(1)),
          Duration.ofSeconds(10),
          STATIC,
          "Time for requests in flight when the process stops.");
  static final Flag<Long> MAX_HEADERS =
      ALL.flag(
          "router-server.max-headers",
          FlagTypes.int64(1, 1_000),
          128L,
          STATIC,
          "Most header lines of a request; beyond it the client gets 431.");
  static final Flag<Long> MAX_HEAD_BYTES =
      ALL.flag(
          "router-server.max-head-bytes",
          FlagTypes.int64(1 << 10, 1 << 20),
          32L << 10,
          STATIC,
          "Most bytes of a request's line and headers together; beyond it the client gets 431 or 414.");
  static final Flag<Long> MAX_CONNECTIONS =
      ALL.flag(
          "router-server.max-connections",
          FlagTypes.int64(0, 10_000_000),
          0L,
          STATIC,
          "Most client connections. When full, the longest-silent one is closed for each new one. 0:"
              + " at most 50,000; fewer when the heap or ulimit -n is small.");
  static final Flag<Boolean> H2C =
      ALL.flag(
          "router-server.h2c",
          FlagTypes.bool(),
          false,
          STATIC,
          "Whether clients may speak HTTP/2 without TLS, with prior knowledge. Upgrade: h2c is never"
              + " taken.");
  static final Flag<Boolean> HTTP2 =
      ALL.flag(
          "router-server.http2",
          FlagTypes.bool(),
          true,
          STATIC,
          "Whether HTTP/2 is offered to clients that speak TLS (ALPN).");
  static final Flag<Boolean> PROXY_PROTOCOL =
      ALL.flag(
          "router-server.proxy-protocol",
          FlagTypes.bool(),
          false,
          STATIC,
          "Whether each connection begins with a PROXY header, version 1 or 2, which names the client."
              + " Only trusted-proxies may send it (all, if that is not set); other connections are"
              + " closed.");
  static final TlsFlags TLS = TlsFlags.of(ALL, "router-server.tls");

  static final Flag<String> INSTRUMENTATION_HOST =
      ALL.host("instrumentation.host", "127.0.0.1", "Address of metrics, health and /debug/flagz.");
  static final Flag<Long> INSTRUMENTATION_PORT =
      ALL.port(
          "instrumentation.port",
          8888,
          "Port of metrics, health and /debug/flagz. 0: any free port.");
  static final TlsFlags INSTRUMENTATION_TLS = TlsFlags.of(ALL, "instrumentation.tls");

  /** The TLS settings of all listeners. */
  static final List<TlsFlags> ALL_TLS = List.of(TLS, INSTRUMENTATION_TLS);

  private ServerSettings() {}
}
