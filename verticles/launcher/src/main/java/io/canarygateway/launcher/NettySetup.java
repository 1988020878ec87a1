package io.canarygateway.launcher;

import java.util.Map;

/**
 * Configures Netty and TLS by system properties. They are read when the first class of Netty, or of
 * the JDK's TLS, is used, so they have to be set before that. A property that the operator has set
 * keeps its value.
 */
final class NettySetup {

  private static final Map<String, String> PROPERTIES =
      Map.of(
          // With multishot accept, a listening socket that is out of open files tries again at once
          // and without end; AcceptBackoff could not slow it down.
          "io.netty.iouring.acceptMultiShotEnabled", "false",
          // A multishot poll reports each change once. Netty misses a reset that arrives while it
          // reads bytes, and the connection would then never be closed.
          "io.netty.iouring.pollAddMultishotEnabled", "false",
          // When thousands of connections close at once, Netty's default of 4,096 completions
          // overflows, with a warning.
          "io.netty.iouring.cqSize", "16384",
          // Netty would make a Java Flight Recorder event for each buffer. The first one takes a
          // tenth of the gateway's start.
          "io.netty.jfr.enabled", "false",
          // Netty offers no tickets of TLS 1.2 otherwise. The JDK, which reads the same property,
          // does.
          "jdk.tls.server.enableSessionTicketExtension", "true",
          // A client of TLS 1.2 could ask the JDK for handshakes without end. The native library
          // refuses that always.
          "jdk.tls.rejectClientInitiatedRenegotiation", "true");

  private NettySetup() {}

  /** Sets the properties; to be called before the first use of Netty or TLS. */
  static void apply() {
    PROPERTIES.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
  }
}
