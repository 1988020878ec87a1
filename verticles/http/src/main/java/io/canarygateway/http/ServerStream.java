package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.InetAddress;

/**
 * One request of a client and its response. What it writes is buffered until {@link #flush} or the
 * end. All calls come from the connection's event loop.
 */
public final class ServerStream implements BodySink {

  /** Hears of what happens to the client's side while the response has not ended. */
  public interface Listener {

    /** The client went away; nothing can be written any more. */
    void clientGone();

    /** The request's body is not HTTP; nothing more of it comes. */
    void bodyMalformed();

    /** The client pauses in its body for longer than it may. */
    void bodyOverdue();

    /** The client has left the response unread for longer than it may. */
    void unreadOverdue();

    /** The client takes bytes again after {@link #writable} was false. */
    void writabilityRestored();

    /** The parts of the body that came in one go are complete. */
    void bodyFlushed();
  }

  private final ServerConnection connection;
  private final RequestHead head;
  private final ConnectionOptions options;
  private final long bodyLength;
  private final BodyDecoder decoder;
  private final MessageWriter writer;
  private Listener listener;
  private BodySink sink;
  private boolean paused;
  private boolean closes;
  private boolean invited;
  private boolean done;
  private long unreadBytes;

  ServerStream(
      ServerConnection connection, RequestHead head, ConnectionOptions options, long bodyLength) {
    this.connection = connection;
    this.head = head;
    this.options = options;
    this.bodyLength = bodyLength;
    this.decoder = bodyLength == 0 ? null : new BodyDecoder(bodyLength);
    this.closes = options == null || options.close() || head.http10() && !options.keepAlive();
    this.writer = new MessageWriter(connection.context());
  }

  /** A stream without a request: only an error can be answered. */
  static ServerStream ofMalformed(ServerConnection connection) {
    return new ServerStream(connection, null, null, Framing.UNTIL_CLOSE);
  }

  /** Who hears of the client from now on. */
  public void listen(Listener newListener) {
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

  /** The client's address, or null if it has none. */
  public InetAddress remote() {
    return connection.remote();
  }

  /** The client's address as text, or an empty text if it has none. */
  public String remoteText() {
    return connection.remoteText();
  }

  /** The length of the request's body: bytes, or {@link Framing#CHUNKED}. */
  public long bodyLength() {
    return bodyLength;
  }

  /** Whether the body was read to its end. */
  public boolean bodyEnded() {
    return decoder == null || decoder.ended();
  }

  /** Begins to read the body. A client that waits to be asked for it is asked. */
  public void readBody(BodySink newSink) {
    sink = newSink;
    if (!invited && head.has(HeaderName.EXPECT) && expectsContinue()) {
      invited = true;
      writer.interim(MessageWriter.CONTINUE.duplicate());
    }
    awaitBody();
    connection.process();
  }

  /** Stops reading the body for now. What the system still delivers is kept. */
  public void pauseBody() {
    paused = true;
    if (connection.deadline().list == connection.loop().awaitingBody) {
      connection.deadline().cancel();
    }
    connection.process();
  }

  /** Goes on reading the body. */
  public void resumeBody() {
    paused = false;
    awaitBody();
    connection.process();
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
    boolean endsWithConnection = length == Framing.UNTIL_CLOSE;
    closes |= endsWithConnection || connection.loop().draining() || !bodyEnded();
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

  @Override
  public void part(ByteBuf part) {
    if (done || sink == null) {
      part.release();
    } else {
      awaitBody();
      sink.part(part);
    }
  }

  @Override
  public void end(Head trailers) {
    if (connection.deadline().list == connection.loop().awaitingBody) {
      connection.deadline().cancel();
    }
    if (!done && sink != null) {
      sink.end(trailers);
    }
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
    return channel().isWritable();
  }

  /** Ends the response, and with it the stream. */
  public void finish(Head trailers) {
    done = true;
    writer.end(trailers);
    connection.deadline().cancel();
    if (closes || !bodyEnded()) {
      connection.end(!bodyEnded());
    } else {
      writer.flush();
      connection.next();
    }
  }

  /** Ends the connection in the middle of the response, so that the response looks cut short. */
  public void cutOff() {
    done = true;
    writer.flush();
    if (writer.endsWithConnection()) {
      connection.reset();
    } else {
      connection.end(false);
    }
  }

  /** Closes the connection at once. */
  public void abort() {
    done = true;
    connection.close();
  }

  /**
   * Leaves HTTP behind the response's head: bytes go both ways until either side ends.
   *
   * @param switched the head of the response with status 101
   * @param upstream the other side, which has left HTTP too
   */
  public void tunnel(ByteBuf switched, UpstreamCall upstream) {
    done = true;
    writer.interim(switched);
    TunnelEnd.join(connection, upstream.takeConnection());
  }

  boolean wantsBody() {
    return sink != null && !paused && !bodyEnded();
  }

  boolean paused() {
    return paused && !bodyEnded();
  }

  void decode(ByteBuf in) throws MalformedException {
    decoder.decode(in, this);
  }

  void readComplete() {
    if (listener != null && !done) {
      listener.bodyFlushed();
    }
  }

  void bodyMalformed() {
    sink = null;
    closes = true;
    listener.bodyMalformed();
  }

  void bodyOverdue() {
    listener.bodyOverdue();
  }

  void clientGone() {
    if (!done) {
      done = true;
      writer.discard();
      listener.clientGone();
    }
  }

  /** A slow reader is no dead one: it is only overdue if it has taken nothing meanwhile. */
  void unreadOverdue() {
    long unread = channel().bytesBeforeWritable();
    if (unread < unreadBytes) {
      unreadBytes = unread;
      connection.loop().unread.begin(connection.deadline(), connection.loop().now());
    } else {
      listener.unreadOverdue();
    }
  }

  void writabilityChanged(boolean writable) {
    if (done) {
      return;
    }
    if (writable) {
      connection.deadline().cancel();
      awaitBody();
      listener.writabilityRestored();
    } else {
      unreadBytes = channel().bytesBeforeWritable();
      connection.loop().unread.begin(connection.deadline(), connection.loop().now());
    }
  }

  private void awaitBody() {
    if (wantsBody() && connection.deadline().list != connection.loop().unread) {
      connection.loop().awaitingBody.begin(connection.deadline(), connection.loop().now());
    }
  }

  private boolean expectsContinue() {
    return !head.http10()
        && !writer.begun()
        && head.valueIs(head.indexOf(HeaderName.EXPECT), "100-continue");
  }

  private Channel channel() {
    return connection.channel();
  }
}
