package io.canarygateway.config;

/** The version of HTTP that main and canary are called with. */
public enum UpstreamHttp2 {
  /** HTTP/1.1. */
  OFF,
  /** An https target is asked by ALPN, and HTTP/1.1 is used if it does not choose HTTP/2. */
  AUTO,
  /** HTTP/2. An http target gets it without being asked. */
  ON
}
