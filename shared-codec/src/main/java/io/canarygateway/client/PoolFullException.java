package io.canarygateway.client;

/** All connections are in use and as many requests again are waiting for one. */
public final class PoolFullException extends Exception {

  private static final long serialVersionUID = 1L;

  PoolFullException(String server) {
    super(
        "no connection to " + server + " is free and too many requests wait for one",
        null,
        false,
        false);
  }
}
