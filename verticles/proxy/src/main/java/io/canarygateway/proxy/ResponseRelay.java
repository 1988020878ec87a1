package io.canarygateway.proxy;

import io.canarygateway.http.Framing;
import io.canarygateway.http.Head;
import io.canarygateway.http.HeaderName;
import io.canarygateway.http.ResponseHead;
import io.canarygateway.http.ServerStream;
import io.canarygateway.http.UpstreamCall;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.compression.DecompressionException;

/**
 * Passes a response to the client as it comes, as fast as the client takes it, and unpacks it if
 * only the gateway asked for it packed. On the request's event loop.
 */
final class ResponseRelay {

  /** Hears that all was passed on, or that it cannot be. */
  interface End {
    void relayed(Head trailers, boolean complete);
  }

  private final ServerStream stream;
  private final UpstreamCall call;
  private final ClientResponse heads;
  private final boolean gzipAsked;
  private final RequestObserver observer;
  private Gunzip gunzip;
  private boolean begun;
  private boolean closed;
  private Head trailers;
  private End end;

  ResponseRelay(
      ServerStream stream,
      UpstreamCall call,
      ClientResponse heads,
      boolean gzipAsked,
      RequestObserver observer) {
    this.stream = stream;
    this.call = call;
    this.heads = heads;
    this.gzipAsked = gzipAsked;
    this.observer = observer;
  }

  /** Whether the client got a head. */
  boolean begun() {
    return begun;
  }

  void interim(ResponseHead head) {
    stream.interim(heads.interim(head));
  }

  void tunnel(ResponseHead head) {
    stream.tunnel(heads.switched(head), call);
  }

  /** Passes the head on. */
  void begin(ResponseHead head, long length, String cookie) {
    begun = true;
    boolean packed =
        gzipAsked
            && length != 0
            && "gzip".equalsIgnoreCase(head.first(HeaderName.CONTENT_ENCODING));
    if (packed) {
      gunzip = new Gunzip();
    }
    long clientLength = heads.lengthFor(packed ? Framing.UNTIL_CLOSE : length);
    ByteBuf clientHead = heads.head(head, clientLength, packed, cookie);
    observer.clientHead(clientHead);
    stream.respond(clientHead, clientLength);
  }

  /**
   * Passes a part on.
   *
   * @return false if it cannot be unpacked
   */
  boolean part(ByteBuf part) {
    if (gunzip == null) {
      write(part);
      return true;
    }
    gunzip.add(part);
    return unpack();
  }

  /**
   * Goes on, as the client takes bytes again.
   *
   * @return false if what is left cannot be unpacked
   */
  boolean goOn() {
    if (gunzip != null && !unpack()) {
      return false;
    }
    if (gunzip != null && !closed) {
      stream.flush();
    }
    if (!closed && stream.writable() && (gunzip == null || gunzip.isEmpty())) {
      call.resume();
    }
    return true;
  }

  /** The upstream has sent all. */
  void end(Head newTrailers, End newEnd) {
    trailers = newTrailers;
    end = newEnd;
    checkEnd();
  }

  /** Lets go of what the relay holds. */
  void close() {
    closed = true;
    if (gunzip != null) {
      gunzip.close();
    }
  }

  private void write(ByteBuf part) {
    observer.clientPart(part);
    stream.write(part);
    if (!stream.writable()) {
      stream.flush();
      if (!stream.writable()) {
        call.pause();
      }
    }
  }

  private boolean unpack() {
    try {
      while (!closed && !gunzip.isEmpty() && stream.writable()) {
        ByteBuf unpacked = gunzip.step();
        if (unpacked.isReadable()) {
          write(unpacked);
        } else {
          unpacked.release();
        }
      }
    } catch (DecompressionException e) {
      return false;
    }
    checkEnd();
    return true;
  }

  private void checkEnd() {
    if (end != null && (gunzip == null || gunzip.isEmpty())) {
      End told = end;
      end = null;
      told.relayed(trailers, gunzip == null || gunzip.complete());
    }
  }
}
