package io.canarygateway.http;

/**
 * The handling of an upstream's interim responses (RFC 9110, 15.2): early hints are passed on, a
 * change of protocol ends HTTP, all others are dropped. Confined to the call's event loop.
 */
final class InterimResponses {

  private static final int MOST = 16;
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int EARLY_HINTS = 103;

  private int count;

  /**
   * Handles an interim response.
   *
   * @param maySwitch whether the upstream may change the protocol now
   * @throws MalformedException if it changes the protocol otherwise, or sends too many responses
   */
  void arrived(ResponseHead head, boolean maySwitch, CallListener listener)
      throws MalformedException {
    if (head.status() == SWITCHING_PROTOCOLS) {
      if (!maySwitch) {
        throw MalformedException.of("the upstream changed the protocol unasked or too early");
      }
      listener.switched(head);
    } else if (++count > MOST) {
      throw MalformedException.of("there are too many interim responses");
    } else if (head.status() == EARLY_HINTS) {
      listener.interim(head);
    }
  }
}
