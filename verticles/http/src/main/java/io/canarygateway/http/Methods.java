package io.canarygateway.http;

/** What is known of methods (RFC 9110, 9). */
public final class Methods {

  static final String[] COMMON = {"GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS"};

  private Methods() {}

  /** Whether a request without a body may be sent twice without asking: nothing changes by it. */
  public static boolean isSafe(String method) {
    return switch (method) {
      case "GET", "HEAD", "OPTIONS", "TRACE" -> true;
      default -> false;
    };
  }
}
