package io.canarygateway.proxy;

import io.canarygateway.config.RolloutConfig;
import io.canarygateway.http.Framing;
import io.canarygateway.http.Head;
import io.canarygateway.http.HeadWriter;
import io.canarygateway.http.HeaderName;
import io.canarygateway.http.RequestHead;
import io.canarygateway.http.Server;
import io.canarygateway.http.ServerStream;
import io.canarygateway.message.Header;
import io.canarygateway.message.InterceptedCall;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The part of a request that upstream and sidecar get. End-to-end headers are copied as they
 * arrived. The gateway sets some headers itself; others are copied from trusted proxies only.
 * Confined to the request's event loop.
 */
final class ForwardedRequest implements HeadWriter.Lines {

  private static final int MERGED_BODY_BYTES = 4 * 1024;
  private static final int ROOM_FOR_CHUNKS = 2 * 1024;

  private final ServerStream stream;
  private final RequestHead head;
  private final RolloutConfig rollout;
  private final Filters filters;
  private final boolean trusted;
  private final Via via;
  private final @Nullable String requestId;
  private final boolean traced;
  private boolean setsAssignment;
  private boolean intercepted;

  /**
   * The forwarded part of a request.
   *
   * @param trusted whether the client is a trusted proxy
   * @param route the names of the headers for assignments, and the route's filters
   * @param via the gateway's line in {@code Via}
   * @param requestId the id that replaces the client's; null if the client's is passed on
   * @param traced whether each call's trace replaces the client's
   */
  ForwardedRequest(
      ServerStream stream,
      boolean trusted,
      RoutePlan route,
      Via via,
      @Nullable String requestId,
      boolean traced) {
    this.via = via;
    this.requestId = requestId;
    this.traced = traced;
    this.stream = stream;
    this.head = stream.head();
    this.trusted = trusted;
    this.rollout = route.rollout();
    this.filters = route.filters();
  }

  /** The number of body bytes that may be sent together with the head, in one buffer. */
  static int roomFor(long bodyLength) {
    if (bodyLength == Framing.CHUNKED) {
      return ROOM_FOR_CHUNKS;
    }
    return bodyLength > MERGED_BODY_BYTES ? 0 : (int) Math.max(0, bodyLength);
  }

  /**
   * Makes the head for an upstream.
   *
   * @param server the server that gets the request
   * @param sticky the client's assignment; null if assignments do not decide
   * @param bodyLength the length of the body as it is sent
   * @param gzip whether to ask for gzip
   * @param upgrade the protocols to offer; null for none
   * @param interception what the interceptors' server is told; null if the request goes straight
   * @param trace the call's part of the trace
   */
  ByteBuf head(
      HeadWriter writer,
      Upstream upstream,
      Server server,
      @Nullable Sticky sticky,
      long bodyLength,
      boolean gzip,
      @Nullable String upgrade,
      @Nullable String interception,
      CallTrace trace) {
    setsAssignment = sticky != null;
    intercepted = interception != null;
    writer.begin().text(head.method()).text(" ");
    TargetPath.write(writer, head, filters.path(), upstream.url());
    writer.text(" HTTP/1.1").endLine().header("Host", host(upstream, server));
    endToEnd(writer, sticky, trace);
    framing(writer, bodyLength);
    writer.bytes(via.line(head));
    if (interception != null) {
      writer.header(InterceptedCall.HEADER, interception);
    }
    if (gzip) {
      writer.header("Accept-Encoding", "gzip");
    }
    if (upgrade != null) {
      writer.header("Connection", "Upgrade").header("Upgrade", upgrade);
    } else if (AcceptedTrailers.by(head)) {
      writer.header("Connection", "TE").header("TE", "trailers");
    }
    return writer.end(ByteBufAllocator.DEFAULT, roomFor(bodyLength));
  }

  /** The Host for a target: what the settings say, else the client's if it is kept. */
  private String host(Upstream upstream, Server server) {
    String asked = filters.preserveHost() && upstream.hostHeader().isEmpty() ? head.host() : null;
    return asked == null || asked.isEmpty() ? upstream.hostFor(server) : asked;
  }

  private void endToEnd(HeadWriter writer, @Nullable Sticky sticky, CallTrace trace) {
    HeaderEdit edit = filters.request();
    BiConsumer<String, String> own = writer::header;
    if (edit.isEmpty()) {
      writer.lines(head, this);
    } else {
      writer.lines(head, (lines, line) -> copies(lines, line) && edit.keeps(lines, line));
      own =
          (name, value) -> {
            if (edit.keeps(name)) {
              writer.header(name, value);
            }
          };
    }
    forwarded(own);
    trace.write(own);
    if (sticky != null) {
      own.accept(rollout.stickyHeader(), sticky.assignment().text());
    }
    edit.write(writer);
  }

  /** The headers for the sidecar, without Host, which the sidecar's client adds. */
  List<Header> headersForSidecar(CallTrace trace) {
    List<Header> headers = new ArrayList<>(head.size() + 6);
    for (int i = 0; i < head.size(); i++) {
      if (copies(head, i)) {
        headers.add(new Header(head.name(i), head.value(i)));
      }
    }
    BiConsumer<String, String> own = (name, value) -> headers.add(new Header(name, value));
    forwarded(own);
    trace.write(own);
    return headers;
  }

  @Override
  public boolean copies(Head lines, int line) {
    return switch (lines.known(line)) {
      case HOST, EXPECT, UNDERSCORED, X_FORWARDED_FOR -> false;
      case X_FORWARDED_PROTO, X_FORWARDED_HOST, X_FORWARDED_OTHER, FORWARDED, X_REAL_IP, X_CANARY ->
          trusted && stream.passes(line);
      case TRACEPARENT, TRACESTATE -> !traced && stream.passes(line);
      case MAX_FORWARDS -> !head.method().equals("OPTIONS") && stream.passes(line);
      default ->
          stream.passes(line)
              && !isAssignment(head, line)
              && !isInterception(line)
              && !isRequestId(head, line);
    };
  }

  /** The trailers for an upstream: without what only a trusted proxy may say. */
  Head trailers(Head trailers) {
    return trailers.where(
        line ->
            !isAssignment(trailers, line)
                && !(traced && isTrace(trailers, line))
                && !isRequestId(trailers, line)
                && !trailers.isNamedLike(line, InterceptedCall.HEADER)
                && filters.request().keeps(trailers, line));
  }

  /** Whether a line is what only this gateway may tell the interceptors' server. */
  private boolean isInterception(int line) {
    return intercepted && head.isNamedLike(line, InterceptedCall.HEADER);
  }

  private static boolean isTrace(Head lines, int line) {
    HeaderName name = lines.known(line);
    return name == HeaderName.TRACEPARENT || name == HeaderName.TRACESTATE;
  }

  private boolean isRequestId(Head lines, int line) {
    return requestId != null && lines.isNamedLike(line, RequestId.HEADER);
  }

  /** Whether a line is an assignment or its key, and only the gateway may set it. */
  private boolean isAssignment(Head lines, int line) {
    return (setsAssignment || !trusted) && lines.isNamedLike(line, rollout.stickyHeader())
        || !trusted
            && !rollout.keyHeader().isEmpty()
            && lines.isNamedLike(line, rollout.keyHeader());
  }

  private void framing(HeadWriter writer, long bodyLength) {
    if (bodyLength == Framing.CHUNKED) {
      writer.header("Transfer-Encoding", "chunked");
    } else if (bodyLength > 0 || head.has(HeaderName.CONTENT_LENGTH)) {
      writer.text("Content-Length: ").number(bodyLength).endLine();
    }
  }

  /**
   * Writes the headers about the request's way: those of a trusted proxy, then the client's own
   * address.
   */
  private void forwarded(BiConsumer<String, String> to) {
    String address = stream.clientAddress().text();
    boolean before = trusted && head.has(HeaderName.X_FORWARDED_FOR);
    to.accept(
        "X-Forwarded-For",
        before
            ? String.join(", ", head.all(HeaderName.X_FORWARDED_FOR)) + ", " + address
            : address);
    if (!trusted || !head.has(HeaderName.X_FORWARDED_PROTO)) {
      to.accept("X-Forwarded-Proto", RequestScheme.ofConnection(stream));
    }
    String host = head.host();
    if (host != null && (!trusted || !head.has(HeaderName.X_FORWARDED_HOST))) {
      to.accept("X-Forwarded-Host", host);
    }
    if (requestId != null) {
      to.accept(RequestId.HEADER, requestId);
    }
    String hops = head.method().equals("OPTIONS") ? head.first(HeaderName.MAX_FORWARDS) : null;
    if (hops != null) {
      to.accept("Max-Forwards", MaxForwards.oneLess(hops));
    }
  }
}
