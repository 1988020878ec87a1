package io.canarygateway.http;

import io.netty.buffer.ByteBuf;

/**
 * One request of a client and its response. What it writes is buffered until {@link #flush} or the
 * end. All calls come from the connection's event loop.
 */
public final class ServerStream {

  private final ClientLink link;
  private final ClientSide client;
  private final RequestHead head;
  private final ConnectionOptions options;
  private final long bodyLength;
  private final StreamBody body;
  private final MessageWriter writer;
  private final UnreadWatch unread;
  private StreamListener listener;
  private boolean closes;
  private boolean done;

  ServerStream(
      ClientLink link,
      ClientSide client,
      RequestHead head,
      ConnectionOptions options,
      long bodyLength) {
    this.link = link;
    this.client = client;
    this.head = head;
    this.options = options;
    this.bodyLength = bodyLength;
    this.body = new StreamBody(link, client, bodyLength);
    this.closes = options == null || options.close() || head.http10() && !options.keepAlive();
    this.writer = new MessageWriter(client.context());
    this.unread = new UnreadWatch(client);
  }

  /** A stream without a request: only an error can be answered. */
  static ServerStream ofMalformed(ClientLink link, ClientSide client) {
    return new ServerStream(link, client, null, null, Framing.UNTIL_CLOSE);
  }

  /** Who hears of the client from now on. */
  public void listen(StreamListener newListener) {
    listener = newListener;
  }

  /** The request's head; null only for {@link ServerHandler#malformed}. */
  public RequestHead head() {
    return head;
  }

  /** Whether a header line of the request is passed on, as far as this connection is concerned. */
  public boolean passes(int line) {
    return HopByHop.passes(head, line, options);
  }

  /** The protocols that the client wants to change to, or null if it wants none. */
  public String upgrade() {
    return options.upgrade() && !head.http10() ? head.first(HeaderName.UPGRADE) : null;
  }

  /** The client. */
  public Peer peer() {
    return client.peer();
  }

  /** The length of the request's body: bytes, or {@link Framing#CHUNKED}. */
  public long bodyLength() {
    return bodyLength;
  }

  /** Whether the body was read to its end. */
  public boolean bodyEnded() {
    return body.ended();
  }

  /** Begins to read the body, once. A client that waits to be asked for it is asked. */
  public void readBody(BodySink sink) {
    if (!writer.begun() && head.expectsContinue()) {
      writer.interim(MessageWriter.CONTINUE.duplicate());
    }
    body.read(sink);
  }

  /** Stops reading the body for now. What the system still delivers is kept. */
  public void pauseBody() {
    body.pause();
  }

  /** Goes on reading the body. */
  public void resumeBody() {
    body.resume();
    readComplete();
  }

  /** Sends an interim response, if the client's version knows them. */
  public void interim(ByteBuf interimHead) {
    if (head.http10()) {
      interimHead.release();
    } else {
      writer.interim(interimHead);
    }
  }

  /** After this response the connection is closed, and nothing more is read from it. */
  public void closeAfter() {
    closes = true;
  }

  /**
   * What the response has to say of the connection, to be asked right before its head is made.
   *
   * @param length of the response's body
   * @return the value of the header, or null if none is needed
   */
  public String connectionHeader(long length) {
    closes |= length == Framing.UNTIL_CLOSE || link.draining() || !bodyEnded();
    return closes ? "close" : head.http10() ? "keep-alive" : null;
  }

  /**
   * Begins the response.
   *
   * @param responseHead its head; small parts are appended while it has room
   * @param length of the body, as the head says it
   */
  public void respond(ByteBuf responseHead, long length) {
    writer.head(responseHead, length);
  }

  /** Writes a part of the response's body. */
  public void write(ByteBuf part) {
    writer.part(part);
  }

  /** Sends what was written so far. */
  public void flush() {
    writer.flush();
  }

  /** Whether the client takes more for now. */
  public boolean writable() {
    return client.context().channel().isWritable();
  }

  /** Ends the response, and with it the stream. */
  public void finish(Head trailers) {
    over();
    writer.end(trailers);
    if (closes || !bodyEnded()) {
      link.end(!bodyEnded());
    } else {
      writer.flush();
      link.next();
    }
  }

  /** Ends the connection in the middle of the response, so that the response looks cut short. */
  public void cutOff() {
    over();
    writer.flush();
    if (writer.endsWithConnection()) {
      client.reset();
    } else {
      link.end(!bodyEnded());
    }
  }

  /** Closes the connection at once. */
  public void abort() {
    over();
    link.close();
  }

  /**
   * Leaves HTTP behind the response's head: bytes go both ways until either side ends.
   *
   * @param switched the head of the response with status 101
   * @param upstream the other side, which has left HTTP too
   */
  public void tunnel(ByteBuf switched, UpstreamCall upstream) {
    over();
    writer.interim(switched);
    TunnelEnd.join(link, client, upstream.takeConnection());
  }

  boolean wantsBody() {
    return body.wanted();
  }

  boolean paused() {
    return body.paused();
  }

  void decode(ByteBuf in) throws MalformedException {
    body.decode(in);
  }

  void readComplete() {
    if (listener != null && !done) {
      listener.bodyFlushed();
    }
  }

  void bodyMalformed() {
    body.drop();
    closes = true;
    listener.bodyMalformed();
  }

  void bodyOverdue() {
    listener.bodyOverdue();
  }

  void clientGone() {
    if (!done) {
      over();
      writer.discard();
      listener.clientGone();
    }
  }

  void unreadOverdue() {
    if (unread.isStuck()) {
      listener.unreadOverdue();
    }
  }

  void writabilityChanged(boolean writable) {
    if (done) {
      return;
    }
    if (writable) {
      client.deadline().cancel();
      body.await();
      listener.writabilityRestored();
    } else {
      unread.begin();
    }
  }

  private void over() {
    done = true;
    body.drop();
    client.deadline().cancel();
  }
}
