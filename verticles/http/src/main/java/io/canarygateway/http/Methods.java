package io.canarygateway.http;

/** The properties of request methods (RFC 9110, 9). Stateless. */
public final class Methods {

  static final String[] COMMON = {"GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS"};

  private Methods() {}

  /**
   * Whether requests with a method change nothing, so that one without a body may be sent a second
   * time.
   */
  public static boolean isSafe(String method) {
    return switch (method) {
      case "GET", "HEAD", "OPTIONS", "TRACE" -> true;
      default -> false;
    };
  }
}
