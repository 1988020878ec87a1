package io.canarygateway.http;

/** Bytes that came in cannot be understood safely. Has no stack trace, since clients cause it. */
public final class MalformedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Fault fault;

  MalformedException(Fault fault, String detail) {
    super(detail, null, false, false);
    this.fault = fault;
  }

  static MalformedException of(String detail) {
    return new MalformedException(Fault.MALFORMED, detail);
  }

  /** The kind of fault. */
  public Fault fault() {
    return fault;
  }
}
