package io.canarygateway.proxy;

import io.canarygateway.http.LogRate;
import io.canarygateway.http.ProxyRefusal;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A log of connections without a valid PROXY header. Confined to one event loop. */
final class ProxyRefusalLog {

  private static final Logger LOG = LoggerFactory.getLogger(ProxyRefusalLog.class);

  private final LogRate rate = new LogRate();

  /**
   * Logs or counts a refusal.
   *
   * @param peer the address of the socket's other end; null if it has none
   */
  void refused(ProxyRefusal why, @Nullable InetAddress peer) {
    rate.next()
        .ifPresent(
            leftOut ->
                LOG.atWarn()
                    .addKeyValue("reason", why.label())
                    .addKeyValue("peer", peer == null ? "" : NetUtil.toAddressString(peer))
                    .addKeyValue("left_out", leftOut)
                    .log("connection closed: no valid PROXY header"));
  }
}
