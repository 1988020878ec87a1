package io.canarygateway.proxy;

import io.canarygateway.http.Framing;
import io.canarygateway.http.Head;
import io.canarygateway.http.HeaderName;
import io.canarygateway.http.ResponseHead;
import io.canarygateway.http.ServerStream;
import io.canarygateway.http.UpstreamCall;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.compression.DecompressionException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The relay of one response to the client, as fast as the client reads. If only the gateway asked
 * for gzip, the relay unpacks the body. Confined to the request's event loop.
 */
final class ResponseRelay {

  /** The receiver of the relay's end. */
  interface End {
    /** All was passed on, or the body cannot be unpacked to its end. */
    void relayed(Head trailers, boolean complete);
  }

  private final ServerStream stream;
  private final UpstreamCall call;
  private final ClientResponse heads;
  private final boolean gzipAsked;
  private final RequestObserver observer;
  private @Nullable Gunzip gunzip;
  private boolean begun;
  private boolean closed;
  private @Nullable List<ByteBuf> heldInterims;
  private Head trailers = Head.NONE;
  private @Nullable End end;

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

  /** Whether the client was sent a final response head. */
  boolean begun() {
    return begun;
  }

  /** Holds interim responses back until the final head, because the response may be dropped. */
  void holdInterims() {
    heldInterims = new ArrayList<>(1);
  }

  /** Passes an interim response on. */
  void interim(ResponseHead head) {
    ByteBuf interim = heads.interim(head);
    if (heldInterims != null) {
      heldInterims.add(interim);
    } else {
      stream.interim(interim);
    }
  }

  /** Passes a change of protocol on, and joins the two connections. */
  void tunnel(ResponseHead head, String protocol) {
    stream.tunnel(heads.switched(head, protocol), call);
  }

  /**
   * Passes the final head on.
   *
   * @param length the length of the body in bytes, or a constant of {@link Framing}
   * @param cookie a cookie to set; null for none
   */
  void begin(ResponseHead head, long length, @Nullable String cookie) {
    begun = true;
    if (heldInterims != null) {
      heldInterims.forEach(stream::interim);
      heldInterims = null;
    }
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
   * Passes a part of the body on.
   *
   * @return false if it cannot be unpacked
   */
  boolean part(ByteBuf part) {
    if (gunzip == null) {
      write(part);
      return true;
    }
    gunzip.add(part);
    return unpack(gunzip);
  }

  /**
   * Continues, because the client takes bytes again.
   *
   * @return false if the rest cannot be unpacked
   */
  boolean resume() {
    if (gunzip != null && !unpack(gunzip)) {
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

  /** Takes the end of the upstream's response. The receiver is called once all was passed on. */
  void end(Head newTrailers, End newEnd) {
    trailers = newTrailers;
    end = newEnd;
    checkEnd();
  }

  /** Releases what the relay holds. */
  void close() {
    closed = true;
    if (heldInterims != null) {
      heldInterims.forEach(ByteBuf::release);
      heldInterims = null;
    }
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

  private boolean unpack(Gunzip packed) {
    try {
      while (!closed && !packed.isEmpty() && stream.writable()) {
        ByteBuf unpacked = packed.step();
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
      End notified = end;
      end = null;
      notified.relayed(trailers, gunzip == null || gunzip.complete());
    }
  }
}
