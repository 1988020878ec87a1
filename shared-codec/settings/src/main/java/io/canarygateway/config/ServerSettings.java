package io.canarygateway.config;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagTypes;
import java.time.Duration;

/** The settings of the listener that clients connect to. All are static. */
final class ServerSettings {

  static final Catalogue ALL = new Catalogue();

  private static final boolean STATIC = false;

  static final Flag<String> HOST =
      ALL.host("router-server.host", "127.0.0.1", "Address that clients connect to.");
  static final Flag<Long> PORT =
      ALL.port("router-server.port", 1345, "Port that clients connect to; 0 takes a free one.");
  static final Flag<Duration> READ_TIMEOUT =
      ALL.timeout(
          "router-server.read-timeout",
          STATIC,
          Duration.ofSeconds(5),
          "How long a client may take for a request's head, and between two parts of its body.");
  static final Flag<Duration> WRITE_TIMEOUT =
      ALL.timeout(
          "router-server.write-timeout",
          STATIC,
          Duration.ofSeconds(15),
          "How long a client may leave a response unread.");
  static final Flag<Duration> IDLE_TIMEOUT =
      ALL.timeout(
          "router-server.idle-timeout",
          STATIC,
          Duration.ofSeconds(120),
          "How long a kept-alive connection may be idle, and a response without progress.");
  static final Flag<Duration> DRAIN_TIMEOUT =
      ALL.flag(
          "router-server.drain-timeout",
          FlagTypes.seconds(Duration.ZERO, Duration.ofMinutes(1)),
          Duration.ofSeconds(10),
          STATIC,
          "How long requests in flight may take to finish when the process stops.");
  static final Flag<Long> MAX_HEADERS =
      ALL.flag(
          "router-server.max-headers",
          FlagTypes.int64(1, 1_000),
          128L,
          STATIC,
          "Header lines that a request may have.");
  static final Flag<Long> MAX_HEAD_BYTES =
      ALL.flag(
          "router-server.max-head-bytes",
          FlagTypes.int64(1 << 10, 1 << 20),
          32L << 10,
          STATIC,
          "Bytes that a request's line and headers may have together.");
  static final Flag<Long> MAX_CONNECTIONS =
      ALL.flag(
          "router-server.max-connections",
          FlagTypes.int64(0, 10_000_000),
          0L,
          STATIC,
          "Open connections of clients; 0 derives it from the open-files limit and the heap.");

  private ServerSettings() {}
}
