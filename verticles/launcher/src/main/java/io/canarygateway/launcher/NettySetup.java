package io.canarygateway.launcher;

import java.util.Map;

/**
 * Netty as the gateway wants it: system properties, which Netty reads with its first use, so that
 * is when they have to be there. One that is set already stays.
 */
final class NettySetup {

  private static final Map<String, String> PROPERTIES =
      Map.of(
          // With multishot accept a listening socket that cannot accept would try again at once,
          // for ever: see AcceptBackoff.
          "io.netty.iouring.acceptMultiShotEnabled", "false",
          // A poll that stays armed tells of each change once. If a reset comes while bytes are
          // being read, Netty misses it, and the connection stays as it is for ever.
          "io.netty.iouring.pollAddMultishotEnabled", "false",
          // Thousands of connections that close at once are thousands of completions; with Netty's
          // own 4,096 it warns that they overflow.
          "io.netty.iouring.cqSize", "16384",
          // An event of Java Flight Recorder for each buffer; its first one takes a tenth of the
          // gateway's start.
          "io.netty.jfr.enabled", "false");

  private NettySetup() {}

  static void apply() {
    PROPERTIES.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
  }
}
