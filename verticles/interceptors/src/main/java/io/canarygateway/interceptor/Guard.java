package io.canarygateway.interceptor;

import io.canarygateway.message.InterceptedCall;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The door of the interceptors' server: only the proxy of this process may use it. A connection has
 * five seconds for its first request with the token, and a limited number may be without one. How
 * many have one is up to the proxy, which has limits of its own. Confined to one event loop.
 */
final class Guard {

  private static final long FIRST_REQUEST_MS = 5_000;
  private static final int MOST_STRANGERS = 4_096;
  private static final int FORBIDDEN = 403;

  /** A connection. */
  private static final class Entry {
    private boolean known;
    private boolean refused;
    private long timer;
    private @Nullable Carried current;

    /** The last text that was read, since most requests of a connection say the same. */
    private String text = "";

    private @Nullable InterceptedCall call;

    InterceptedCall read(String newText) {
      InterceptedCall read = call;
      if (read == null || !newText.equals(text)) {
        read = InterceptedCall.parse(newText);
        text = newText;
        call = read;
      }
      return read;
    }
  }

  private final Vertx vertx;
  private final byte[] token;
  private final Origins origins = new Origins();
  private final TargetTls tls;
  private final Map<HttpConnection, Entry> connections = new HashMap<>();
  private int strangers;

  /**
   * A door without connections yet.
   *
   * @param token the secret that each request has to bear
   */
  Guard(Vertx vertx, String token) {
    this.vertx = vertx;
    this.tls = new TargetTls(vertx);
    this.token = token.getBytes(StandardCharsets.US_ASCII);
  }

  /** Takes a new connection, or closes it. */
  void opened(HttpConnection connection) {
    if (strangers >= MOST_STRANGERS) {
      connection.close();
      return;
    }
    Entry entry = new Entry();
    connections.put(connection, entry);
    strangers++;
    entry.timer = vertx.setTimer(FIRST_REQUEST_MS, late -> connection.close());
    connection.closeHandler(closed -> closed(connection, entry));
  }

  private void closed(HttpConnection connection, Entry entry) {
    connections.remove(connection);
    if (!entry.known) {
      strangers--;
      vertx.cancelTimer(entry.timer);
    }
    if (entry.current != null) {
      entry.current.over();
    }
  }

  /**
   * Checks a request for the token, and removes the header that bears it.
   *
   * @return what the proxy says of the request; null if it was refused
   */
  @Nullable InterceptedCall admit(HttpServerRequest request) {
    List<String> headers = request.headers().getAll(InterceptedCall.HEADER);
    request.headers().remove(InterceptedCall.HEADER);
    String text = headers.size() == 1 ? headers.get(0) : "";
    int space = text.indexOf(' ');
    Entry entry = connections.get(request.connection());
    if (entry == null || entry.refused) {
      return null; // It is being closed.
    }
    if (space < 0 || !isToken(text.substring(0, space))) {
      entry.refused = true;
      refuse(request);
      return null;
    }
    if (!entry.known) {
      entry.known = true;
      strangers--;
      vertx.cancelTimer(entry.timer);
    }
    return entry.read(text.substring(space + 1));
  }

  private boolean isToken(String text) {
    return MessageDigest.isEqual(token, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void refuse(HttpServerRequest request) {
    request
        .response()
        .setStatusCode(FORBIDDEN)
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .end()
        .onComplete(sent -> request.connection().close());
  }

  /** Begins to carry a request that was admitted. */
  Carried begin(HttpServerRequest request, InterceptedCall call) {
    Entry entry = Objects.requireNonNull(connections.get(request.connection()));
    if (entry.current != null) {
      entry.current.over();
    }
    Carried carried = new Carried(vertx, request, call, origins, tls);
    entry.current = carried;
    return carried;
  }

  /** The request that a connection carries at the moment. */
  Carried current(HttpConnection connection) {
    Entry entry = connections.get(connection);
    if (entry == null || entry.current == null) {
      throw new IllegalStateException("the connection is closed");
    }
    return entry.current;
  }
}
