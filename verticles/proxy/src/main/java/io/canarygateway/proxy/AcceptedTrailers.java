package io.canarygateway.proxy;

import io.canarygateway.http.HeaderName;
import io.canarygateway.http.RequestHead;
import java.util.stream.Stream;

/** What a client says about trailers of the response. Stateless. */
final class AcceptedTrailers {

  private AcceptedTrailers() {}

  /** Whether the client takes trailers. Some servers, such as Tomcat, send them only on request. */
  static boolean by(RequestHead head) {
    return head.has(HeaderName.TE)
        && !head.http10()
        && head.all(HeaderName.TE).stream()
            .flatMap(value -> Stream.of(value.split(",")))
            .anyMatch(coding -> coding.strip().equalsIgnoreCase("trailers"));
  }
}
