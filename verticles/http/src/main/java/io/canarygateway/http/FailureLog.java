package io.canarygateway.http;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log of failed upstream calls to one kind of upstream. The first failure is logged at once, then
 * at most one a second, with the number of those left out. Confined to one event loop.
 */
public final class FailureLog {

  private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

  private final String to;
  private final LogRate rate = new LogRate();

  /**
   * A log without lines yet.
   *
   * @param to the kind of upstream: {@code main}, {@code canary}, {@code sidecar}
   */
  public FailureLog(String to) {
    this.to = to;
  }

  /**
   * Logs or counts a failure.
   *
   * @param server the upstream's host and port
   * @param cause the details
   */
  public void failed(String server, String cause) {
    rate.next()
        .ifPresent(
            leftOut ->
                LOG.atWarn()
                    .addKeyValue("to", to)
                    .addKeyValue("server", server)
                    .addKeyValue("cause", cause)
                    .addKeyValue("left_out", leftOut)
                    .log("proxy error"));
  }
}
