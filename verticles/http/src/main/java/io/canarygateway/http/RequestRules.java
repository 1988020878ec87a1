package io.canarygateway.http;

/** What HTTP asks a server to refuse in a request's head beyond its syntax (RFC 9112, 3.2). */
final class RequestRules {

  private RequestRules() {}

  static void check(RequestHead head) throws MalformedException {
    int hosts = head.count(HeaderName.HOST);
    if (hosts > 1 || hosts == 0 && !head.http10()) {
      throw MalformedException.of("there is not exactly one Host");
    }
    if (hosts == 1) {
      int line = head.indexOf(HeaderName.HOST);
      int start = head.position(line, Head.VALUE_START);
      int end = head.position(line, Head.VALUE_END);
      if (start < end && !HostSyntax.isHost(head.bytes, start, end)) {
        throw MalformedException.of("Host is not a host");
      }
    }
  }
}
