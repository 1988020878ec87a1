package io.canarygateway.interceptor;

import io.canarygateway.message.InterceptedAnswer;
import io.canarygateway.message.InterceptedAnswer.Outcome;
import io.canarygateway.message.InterceptedCall;
import io.canarygateway.message.InterceptedCall.Address;
import io.canarygateway.message.InterceptedCall.Tls;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * One request between the proxy and its target: which address it goes to, and what the proxy is
 * told of the outcome. Confined to the request's event loop.
 *
 * <p>If no address can be connected to, the response says so in its header. If the target closes
 * the connection before its response head, so does this server: to the proxy it looks like any
 * target, and it may send the request once more.
 */
final class Carried {

  private static final int BAD_GATEWAY = 502;

  /** An attempt may take this part of the timeout, so that others can follow. */
  private static final int MOST_ATTEMPTS_IN_TIME = 3;

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final InterceptedCall call;
  private final Origins origins;
  private final TargetTls tls;
  private final String host;
  private final List<Integer> tried = new ArrayList<>(1);
  private Outcome outcome = Outcome.ANSWERED;
  private String cause = "";
  private int status;
  private CacheHeaders cacheHeaders = CacheHeaders.NONE;
  private @Nullable Address inUse;
  private @Nullable HttpClientRequest origin;
  private boolean originEnded;
  private boolean blamed;
  private boolean over;

  /** A request that was admitted. */
  Carried(
      Vertx vertx,
      HttpServerRequest request,
      InterceptedCall call,
      Origins origins,
      TargetTls tls) {
    this.request = request;
    this.response = request.response();
    this.call = call;
    this.origins = origins;
    this.tls = tls;
    String sent = request.getHeader(HttpHeaders.HOST);
    this.host = sent == null ? "" : sent;
    response.headersEndHandler(writing -> addAnswer());
    // In a later turn: then it is known whether the target's response has ended too.
    response.endHandler(ended -> vertx.runOnContext(turn -> over()));
  }

  /** What the proxy says of the request. */
  InterceptedCall call() {
    return call;
  }

  /** Connects to the target. HttpProxy calls this once all interceptors have passed the request. */
  Future<HttpClientRequest> connect(HttpClient client) {
    tried.clear();
    return attempt(client, origins.order(call.addresses()), 0);
  }

  private Future<HttpClientRequest> attempt(HttpClient client, List<Integer> order, int number) {
    int place = order.get(number);
    Address address = call.addresses().get(place);
    tried.add(place);
    begin(address);
    Future<HttpClientRequest> request =
        call.tls() == Tls.OFF
            ? client.request(options(address))
            : tls.of(call).compose(made -> client.request(secured(address, made)));
    return request.transform(
        connected -> {
          if (over) {
            connected.map(HttpClientRequest::reset);
            return Future.failedFuture("the client has gone");
          }
          if (connected.succeeded()) {
            return Future.succeededFuture(use(connected.result(), address));
          }
          return number + 1 < order.size()
              ? attempt(client, order, number + 1)
              : unreachable(connected.cause());
        });
  }

  private RequestOptions options(Address address) {
    int attempts = Math.min(call.addresses().size(), MOST_ATTEMPTS_IN_TIME);
    RequestOptions options =
        new RequestOptions()
            .setHost(address.host())
            .setPort(address.port())
            .setConnectTimeout(Math.max(1, call.connectTimeout().toMillis() / attempts));
    if (!address.ip().isEmpty()) {
      options.setServer(SocketAddress.inetSocketAddress(address.port(), address.ip()));
    }
    return options;
  }

  private RequestOptions secured(Address address, ClientSSLOptions made) {
    RequestOptions options = options(address).setSsl(true).setSslOptions(made);
    String name = call.tlsFiles().serverName();
    if (!name.isEmpty()) {
      // TLS asks for the host's name, and compares it.
      String server = address.ip().isEmpty() ? address.host() : address.ip();
      options.setHost(name).setServer(SocketAddress.inetSocketAddress(address.port(), server));
    }
    return options;
  }

  private HttpClientRequest use(HttpClientRequest connected, Address address) {
    origin = connected;
    boolean ofFirst = host.equals(call.addresses().get(0).authority());
    HostAndPort authority = HostAndPort.parseAuthority(ofFirst ? address.authority() : host, -1);
    if (authority != null) {
      connected.authority(authority);
    } else {
      connected.putHeader(HttpHeaders.HOST, host);
    }
    // Otherwise Vert.x logs an error for each client that goes away.
    connected.exceptionHandler(reported -> {});
    connected
        .response()
        .compose(
            answered -> {
              status = answered.statusCode();
              cacheHeaders = CacheHeaders.hide(answered.headers());
              return answered.end();
            })
        .onComplete(ended -> originEnded = true, lost -> disconnect());
    return connected;
  }

  private Future<HttpClientRequest> unreachable(Throwable failure) {
    outcome =
        failure instanceof ConnectTimeoutException ? Outcome.CONNECT_TIMEOUT : Outcome.CONNECT;
    cause = failure.toString();
    if (!response.headWritten() && !response.closed()) {
      response.setStatusCode(BAD_GATEWAY).end();
    }
    return Future.failedFuture(failure);
  }

  /** What of the target's response is hidden from vertx-http-proxy. */
  CacheHeaders cacheHeaders() {
    return cacheHeaders;
  }

  /** Whether the request is over, so that nobody waits for its response. */
  boolean isOver() {
    return over;
  }

  /**
   * Whether a failure is an interceptor's: the target has not failed, and the response has not
   * begun. True at most once.
   */
  boolean blame() {
    boolean lost = outcome != Outcome.ANSWERED || origin != null && status == 0;
    boolean first = !blamed && !over && !lost && !response.headWritten();
    blamed |= first;
    return first;
  }

  private void disconnect() {
    if (!over && !response.headWritten()) {
      request.connection().close();
    }
  }

  /** The head of the response is about to be written. */
  private void addAnswer() {
    MultiMap headers = response.headers();
    headers.set(
        InterceptedCall.HEADER, new InterceptedAnswer(outcome, status, tried, cause).encode());
    // The header concerns this connection alone, so the proxy does not pass it on.
    StringJoiner options = new StringJoiner(", ").add(InterceptedCall.HEADER);
    for (String line : headers.getAll(HttpHeaders.CONNECTION)) {
      for (String option : line.split(",")) {
        String name = option.strip();
        if (!name.equalsIgnoreCase("close") && !name.equalsIgnoreCase("keep-alive")) {
          options.add(name);
        }
      }
    }
    headers.set(HttpHeaders.CONNECTION, options.toString());
  }

  private void begin(Address address) {
    end();
    inUse = address;
    origins.begun(address);
  }

  private void end() {
    if (inUse != null) {
      origins.ended(inUse);
      inUse = null;
    }
  }

  /** The response has ended, or the proxy has closed the connection. */
  void over() {
    if (!over) {
      over = true;
      end();
      if (origin != null && !originEnded) {
        origin.reset();
      }
    }
  }
}
