package io.canarygateway.http;

/** The maker of streams for requests of HTTP/1.x. Stateless. */
final class Http1Streams {

  private Http1Streams() {}

  /**
   * A stream for a request whose head has arrived.
   *
   * @throws MalformedException if its framing is ambiguous
   */
  static ServerStream of(ClientLink link, ClientSide client, RequestHead head)
      throws MalformedException {
    return new ServerStream(
        link,
        client,
        head,
        ConnectionOptions.of(head),
        Framing.ofRequest(head),
        new MessageWriter(client.context()));
  }

  /** A stream for bytes that are no request. */
  static ServerStream ofMalformed(ClientLink link, ClientSide client) {
    return ServerStream.ofMalformed(link, client, new MessageWriter(client.context()));
  }
}
