package io.canarygateway.proxy;

import io.canarygateway.http.Head;
import io.canarygateway.http.RequestHead;
import java.util.Locale;

/** What the gateway knows of gRPC, which is carried by HTTP. Stateless. */
final class Grpc {

  private static final String CONTENT_TYPE = "application/grpc";
  private static final String STATUS = "grpc-status";
  private static final String OK = "0";

  private Grpc() {}

  /** Whether a request is a call of gRPC. gRPC-Web is not: its clients understand HTTP's errors. */
  static boolean isCall(RequestHead head) {
    if (!head.method().equals("POST")) {
      return false;
    }
    String type = head.first("content-type");
    if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(CONTENT_TYPE)) {
      return false;
    }
    int end = CONTENT_TYPE.length();
    return type.length() == end || ";+ ".indexOf(type.charAt(end)) >= 0;
  }

  /** Whether a response's head, or its trailers, hold a status of gRPC. */
  static boolean hasStatus(Head head) {
    return head.size() > 0 && head.first(STATUS) != null;
  }

  /** Whether a response's head, or its trailers, hold a status of gRPC other than OK. */
  static boolean failed(Head head) {
    String status = head.size() == 0 ? null : head.first(STATUS);
    return status != null && !status.equals(OK);
  }

  /**
   * The status of gRPC for one of HTTP, by gRPC's document "HTTP to gRPC Status Code Mapping".
   *
   * @param status 400 to 599
   */
  static int statusOf(int status) {
    return switch (status) {
      case 400 -> 13; // INTERNAL
      case 401 -> 16; // UNAUTHENTICATED
      case 403 -> 7; // PERMISSION_DENIED
      case 404 -> 12; // UNIMPLEMENTED
      case 429, 502, 503, 504 -> 14; // UNAVAILABLE
      default -> 2; // UNKNOWN
    };
  }
}
