package io.canarygateway.http;

/**
 * The error for bytes that cannot be understood safely. Clients can cause many, so it has no stack
 * trace.
 */
public final class MalformedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Fault fault;
  private final String detail;

  MalformedException(Fault fault, String detail) {
    super(detail, null, false, false);
    this.fault = fault;
    this.detail = detail;
  }

  static MalformedException of(String detail) {
    return new MalformedException(Fault.MALFORMED, detail);
  }

  /** The details, for logs only. */
  String detail() {
    return detail;
  }

  /** The kind of fault. */
  public Fault fault() {
    return fault;
  }
}
