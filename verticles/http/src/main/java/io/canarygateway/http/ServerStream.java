package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A client's request and its response. Writes are buffered until {@link #flush} or the end.
 * Confined to the connection's event loop.
 */
public final class ServerStream {

  private final ClientLink link;
  private final ClientSide client;
  private final RequestHead head;
  private final ConnectionOptions options;
  private final long bodyLength;
  private final StreamBody body;
  private final StreamWriter writer;
  private final UnreadWatch unread;
  private StreamListener listener = StreamListener.NONE;
  private boolean closes;
  private boolean done;

  ServerStream(
      ClientLink link,
      ClientSide client,
      RequestHead head,
      ConnectionOptions options,
      long bodyLength,
      StreamWriter writer) {
    this.link = link;
    this.client = client;
    this.head = head;
    this.options = options;
    this.bodyLength = bodyLength;
    this.body = new StreamBody(link, client, bodyLength);
    this.closes = options.close() || head.http10() && !options.keepAlive();
    this.writer = writer;
    this.unread = new UnreadWatch(client);
  }

  /** A stream for bytes that are no request, to be answered with an error. */
  static ServerStream ofMalformed(ClientLink link, ClientSide client, StreamWriter writer) {
    return new ServerStream(
        link, client, RequestHead.NONE, ConnectionOptions.CLOSE, Framing.UNTIL_CLOSE, writer);
  }

  /** Sets the listener for all later events. */
  public void listen(StreamListener newListener) {
    listener = newListener;
  }

  /** The request's head; {@link RequestHead#NONE} if the bytes were no request. */
  public RequestHead head() {
    return head;
  }

  /** Whether a header line of the request is passed on. */
  public boolean passes(int line) {
    return HopByHop.passes(head, line, options);
  }

  /** The protocols that the client offers to change to; null if it offers none. */
  public @Nullable String upgrade() {
    return options.upgrade() && !head.http10() ? head.first(HeaderName.UPGRADE) : null;
  }

  /** The client's address. */
  public ClientAddress clientAddress() {
    return client.address();
  }

  /** The length of the request's body in bytes, or {@link Framing#CHUNKED}. */
  public long bodyLength() {
    return bodyLength;
  }

  /** Whether the whole body was read. */
  public boolean bodyEnded() {
    return body.ended();
  }

  /** Begins to read the body. Called once. A client that waits for a 100 gets it. */
  public void readBody(BodySink sink) {
    if (!writer.begun() && head.expectsContinue()) {
      writer.interim(MessageWriter.CONTINUE.duplicate());
    }
    body.read(sink);
  }

  /** Gives pauses of a body of HTTP/2 the idle timeout: its client may wait for the response. */
  public void bodyMayWait() {
    body.mayWait();
  }

  /** Stops reading the body. Bytes that still arrive are kept. */
  public void pauseBody() {
    body.pause();
  }

  /** Continues to read the body. */
  public void resumeBody() {
    body.resume();
    readComplete();
  }

  /** Sends an interim response, unless the client speaks HTTP/1.0. */
  public void interim(ByteBuf interimHead) {
    if (head.http10()) {
      interimHead.release();
    } else {
      writer.interim(interimHead);
    }
  }

  /** Makes the connection close after this response. */
  public void closeAfter() {
    closes = true;
  }

  /**
   * The value of the response's {@code Connection} header. Called right before the head is made.
   *
   * @param length the length of the response's body
   * @return the value; null if no header is needed
   */
  public @Nullable String connectionHeader(long length) {
    if (head.http2()) {
      return null; // There, GOAWAY and RST_STREAM say that.
    }
    closes |= length == Framing.UNTIL_CLOSE || link.draining() || !bodyEnded();
    return closes ? "close" : head.http10() ? "keep-alive" : null;
  }

  /** Begins the response with its head, to which small parts are appended while it has room. */
  public void respond(ByteBuf responseHead, long length) {
    writer.head(responseHead, length);
  }

  /** Writes a part of the response's body. */
  public void write(ByteBuf part) {
    writer.part(part);
  }

  /** Sends all that was written. */
  public void flush() {
    writer.flush();
  }

  /** Whether the client takes more bytes for now. */
  public boolean writable() {
    return client.context().channel().isWritable();
  }

  /** Ends the response and the stream. */
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

  /** Ends the connection early, so that the client sees an incomplete response. */
  public void cutOff() {
    over();
    writer.flush();
    link.cutOff(writer.endsWithConnection(), !bodyEnded());
  }

  /** Closes the connection at once. */
  public void abort() {
    over();
    link.close();
  }

  /**
   * Leaves HTTP: behind the head, bytes go both ways until either side ends.
   *
   * @param switched the head of a response with status 101
   * @param upstream the call whose upstream has changed the protocol
   */
  public void tunnel(ByteBuf switched, UpstreamCall upstream) {
    over();
    writer.interim(switched);
    TunnelEnd.join(link, client, upstream.takeConnection());
  }

  /** The request's body. */
  StreamBody body() {
    return body;
  }

  void readComplete() {
    if (!done) {
      listener.bodyFlushed();
    }
  }

  void bodyMalformed() {
    if (done) {
      return;
    }
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
