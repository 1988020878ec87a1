package io.canarygateway.http;

/** The reasons why a connection is closed that has to begin with a PROXY header. */
public enum ProxyRefusal {
  /** The other end of the connection may not speak for clients. */
  UNTRUSTED("untrusted"),
  /** The first bytes are no PROXY header, or it is too long. */
  MALFORMED("malformed"),
  /** The header did not arrive in time. */
  TIMEOUT("timeout");

  private final String label;

  ProxyRefusal(String label) {
    this.label = label;
  }

  /** The value of the label {@code reason} in metrics. */
  public String label() {
    return label;
  }
}
