package io.canarygateway.cluster;

/** A node cannot join, because one of its options does not fit this machine or its files. */
public final class JoinException extends Exception {

  private static final long serialVersionUID = 1;

  /** The option that is at fault. */
  public enum Fault {
    /** {@link ClusterOptions#host} is no address of this machine. */
    HOST,
    /** {@link ClusterOptions#host} is no loopback address, and nodes prove nothing. */
    OPEN_HOST,
    /** {@link ClusterOptions#port} cannot be listened on. */
    PORT,
    /** A file of {@link Identity.Certificates} cannot be used. */
    CERTIFICATES,
    /** Anything else; the message says what. */
    OTHER
  }

  /** The option that is at fault. */
  private final Fault fault;

  JoinException(Fault fault, String message, Throwable cause) {
    super(message, cause);
    this.fault = fault;
  }

  JoinException(Fault fault, String message) {
    super(message);
    this.fault = fault;
  }

  /**
   * Returns the option that is at fault.
   *
   * @return the option
   */
  public Fault fault() {
    return fault;
  }
}
