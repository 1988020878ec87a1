package io.canarygateway.message;

/**
 * The server of this process that carries the requests of routes with interceptors. The message
 * never leaves the process.
 *
 * @param port the server's port on 127.0.0.1
 * @param token the secret of this process; the server refuses requests without it
 */
public record InterceptorServer(int port, String token) {

  /** Shows no secret. */
  @Override
  public String toString() {
    return "InterceptorServer[port=" + port + "]";
  }
}
