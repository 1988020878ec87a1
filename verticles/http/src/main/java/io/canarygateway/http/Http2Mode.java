package io.canarygateway.http;

/** Whether an upstream is called with HTTP/2. */
public enum Http2Mode {
  /** HTTP/1.1 is used. */
  OFF,
  /** The upstream chooses by ALPN. Without TLS, HTTP/1.1 is used. */
  AUTO,
  /** HTTP/2 is used: with TLS the upstream has to choose it, without TLS it is not asked. */
  ON
}
