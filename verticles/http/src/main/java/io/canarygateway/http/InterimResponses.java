package io.canarygateway.http;

/** What comes of the responses that a server sends before its final one (RFC 9110, 15.2). */
final class InterimResponses {

  private static final int MOST = 16;
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int EARLY_HINTS = 103;

  private int count;

  /**
   * One came. Hints are for the client; the others were for the gateway.
   *
   * @param maySwitch whether the server may change the protocol now
   */
  void arrived(ResponseHead head, boolean maySwitch, CallListener listener)
      throws MalformedException {
    if (head.status() == SWITCHING_PROTOCOLS) {
      if (!maySwitch) {
        throw MalformedException.of("the server changed the protocol unasked or too early");
      }
      listener.switched(head);
    } else if (++count > MOST) {
      throw MalformedException.of("there are too many interim responses");
    } else if (head.status() == EARLY_HINTS) {
      listener.interim(head);
    }
  }
}
