package io.canarygateway.http;

/** The rules that a request head has to obey beyond its syntax (RFC 9112, 3.2). Stateless. */
final class RequestRules {

  private RequestRules() {}

  /** Checks that there is exactly one valid Host, which only HTTP/1.0 may leave out. */
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
        throw MalformedException.of("the value of Host is neither a name nor an address");
      }
    }
  }
}
