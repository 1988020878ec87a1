package io.canarygateway.proxy;

import io.canarygateway.client.ConnectionPool;
import io.canarygateway.client.PoolFullException;
import io.canarygateway.client.PooledConnection;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.AsyncResult;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.util.Locale;

/**
 * The upstream side of an exchange: gets a connection, sends the request, hands the response to a
 * {@link ResponseRelay}. All calls come from the request's event loop.
 */
final class Forwarding implements ConnectionPool.Waiter, Watchdog.Watched {

  private enum Phase {
    CONNECTING,
    SENDING,
    AWAITING_HEAD,
    RESPONDING,
    DONE
  }

  private final Exchange exchange;
  private final Upstream upstream;
  private final boolean upgrade;
  private final boolean gzip;
  private Phase phase;
  private long phaseSinceNanos;
  private boolean retried;
  private PooledConnection connection;
  private HttpClientRequest out;
  private BodySender sender;
  private ResponseRelay relay;

  Forwarding(Exchange exchange, Upstream upstream) {
    this.exchange = exchange;
    this.upstream = upstream;
    HttpServerRequest request = exchange.request();
    this.upgrade = exchange.body().isEmpty() && wantsUpgrade(request);
    this.gzip =
        upstream.gzip()
            && !upgrade
            && request.method() != HttpMethod.HEAD
            && !request.headers().contains(HttpHeaders.ACCEPT_ENCODING)
            && !request.headers().contains("Range");
  }

  /**
   * Whether a request asks for another protocol that may pass. HTTP/2 in the clear may not: it
   * would carry requests past every decision.
   */
  private static boolean wantsUpgrade(HttpServerRequest request) {
    String protocols = request.getHeader(HttpHeaders.UPGRADE);
    return protocols != null
        && !HopByHop.hasToken(protocols, "h2c")
        && HopByHop.connectionHas(request.headers(), "upgrade");
  }

  void begin() {
    enter(Phase.CONNECTING);
    exchange.proxy().watchdog().watch(this);
    upstream.pool().acquire(this, false);
  }

  /** The client went away: nothing of the request stays behind. */
  void cancel() {
    Phase seen = phase;
    end();
    if (seen == Phase.CONNECTING) {
      upstream.pool().cancel(this);
    } else {
      abandon();
    }
  }

  @Override
  public void connected(PooledConnection acquired) {
    connection = acquired;
    enter(Phase.SENDING);
    acquired
        .request(
            new RequestOptions()
                .setMethod(exchange.request().method())
                .setURI(exchange.uriFor(upstream.url())))
        .onComplete(this::send);
  }

  @Override
  public void refused(Throwable cause) {
    if (cause instanceof PoolFullException) {
      end();
      exchange.fail(GatewayError.OVERLOADED);
    } else {
      failed(cause);
    }
  }

  private void send(AsyncResult<HttpClientRequest> created) {
    if (created.failed()) {
      failed(created.cause());
      return;
    }
    out = created.result();
    if (phase == Phase.DONE) {
      abandon();
      return;
    }
    copyHeaders(exchange.request(), out.headers());
    out.exceptionHandler(this::failed);
    HttpClientRequest sent = out;
    if (upgrade) {
      out.connect().onComplete(head -> responded(sent, head));
      enter(Phase.AWAITING_HEAD);
      return;
    }
    out.response().onComplete(head -> responded(sent, head));
    RequestBody body = exchange.body();
    if (body.ended()) {
      enter(Phase.AWAITING_HEAD);
      Buffer whole = body.whole();
      if (whole.length() > 0) {
        out.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(whole.length()));
        out.end(whole);
      } else {
        out.end();
      }
    } else {
      sender = new BodySender(exchange, out, this::bodySent);
      sender.begin();
    }
  }

  private void copyHeaders(HttpServerRequest request, MultiMap headers) {
    ForwardedHeaders.toUpstream(request, exchange.trustsPeer(), upstream.hostHeader(), headers);
    if (exchange.sticky() != null) {
      exchange.sticky().tellUpstream(headers, exchange.plan().config().rollout());
    }
    if (gzip) {
      headers.set(HttpHeaders.ACCEPT_ENCODING, "gzip");
    }
    if (upgrade) {
      headers.set(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
      headers.set(HttpHeaders.UPGRADE, request.getHeader(HttpHeaders.UPGRADE));
    }
  }

  private void bodySent() {
    if (phase == Phase.SENDING) {
      enter(Phase.AWAITING_HEAD);
    }
  }

  private void responded(HttpClientRequest sent, AsyncResult<HttpClientResponse> head) {
    if (phase == Phase.DONE || sent != out) {
      return;
    }
    if (head.failed()) {
      failed(head.cause());
      return;
    }
    exchange.body().release();
    HttpClientResponse response = head.result();
    response.exceptionHandler(this::failed);
    int status = response.statusCode();
    if (upgrade && status == 101 && switchesAsAsked(response)) {
      exchange.settle(exchange.plan().routing().errorStatuses().counts(status));
      end();
      Tunnel.open(exchange, response);
      return;
    }
    if (status < 200 || status > 999) {
      // An interim response that ends the exchange for the HTTP client, or no HTTP status at all.
      failed(new IOException("unexpected status " + status));
      return;
    }
    if (exchange.plan().routing().errorStatuses().counts(status)) {
      exchange.settle(true);
    }
    enter(Phase.RESPONDING);
    relay = new ResponseRelay(exchange, response, gzip, this);
    relay.begin();
  }

  private boolean switchesAsAsked(HttpClientResponse response) {
    String asked = exchange.request().getHeader(HttpHeaders.UPGRADE);
    String switched = response.getHeader(HttpHeaders.UPGRADE);
    return switched != null && HopByHop.hasToken(asked, switched.trim());
  }

  /** The response has ended; the exchange is over. */
  void responseEnded() {
    end();
    if (exchange.body().ended()) {
      connection.release(relay.keepAlive() && !upgrade);
    } else {
      abandon();
    }
  }

  /** The upstream failed at whatever it was doing. */
  void failed(Throwable cause) {
    Phase seen = phase;
    if (seen == Phase.DONE) {
      return;
    }
    if (seen == Phase.AWAITING_HEAD
        && connection.reused()
        && !retried
        && exchange.replayable()
        && !upgrade) {
      retried = true;
      abandon();
      exchange.proxy().shared().metrics().retried();
      out = null;
      enter(Phase.CONNECTING);
      upstream.pool().acquire(this, true);
      return;
    }
    end();
    exchange.settle(true);
    report(cause.toString());
    if (seen == Phase.RESPONDING) {
      relay.cutOff();
    } else {
      exchange.fail(
          cause instanceof ConnectTimeoutException
              ? GatewayError.GATEWAY_TIMEOUT
              : GatewayError.BAD_GATEWAY);
    }
    abandon();
  }

  /** Closes the connection, whatever was going on there. */
  private void abandon() {
    if (out != null) {
      out.reset();
    }
    if (connection != null) {
      connection.release(false);
    }
  }

  private void timedOut(GatewayError error, boolean upstreamsFault) {
    Phase seen = phase;
    cancel();
    if (upstreamsFault) {
      exchange.settle(true);
      report("timeout while " + seen.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
    if (seen == Phase.RESPONDING) {
      relay.cutOff();
    } else {
      exchange.fail(error);
    }
  }

  private void report(String cause) {
    exchange.proxy().failures(exchange.target()).failed(upstream.url().authority(), cause);
  }

  @Override
  public void check(long now) {
    switch (phase) {
      case CONNECTING, AWAITING_HEAD ->
          expire(now, phaseSinceNanos, timeoutNanos(), GatewayError.GATEWAY_TIMEOUT, true);
      case SENDING -> {
        if (sender != null && sender.blocked()) {
          expire(now, sender.sinceNanos(), timeoutNanos(), GatewayError.GATEWAY_TIMEOUT, true);
        } else if (sender != null) {
          long readTimeout = exchange.proxy().server().readTimeout().toNanos();
          expire(now, sender.sinceNanos(), readTimeout, GatewayError.REQUEST_TIMEOUT, false);
        }
      }
      case RESPONDING -> {
        boolean clientBlocks = relay.clientBlocks();
        long limit =
            (clientBlocks
                    ? exchange.proxy().server().writeTimeout()
                    : exchange.proxy().server().idleTimeout())
                .toNanos();
        expire(now, relay.progressNanos(), limit, GatewayError.GATEWAY_TIMEOUT, !clientBlocks);
      }
      case DONE -> {}
    }
  }

  private void expire(
      long now, long sinceNanos, long limitNanos, GatewayError error, boolean upstreamsFault) {
    if (now - sinceNanos >= limitNanos) {
      timedOut(error, upstreamsFault);
    }
  }

  private void enter(Phase next) {
    phase = next;
    phaseSinceNanos = System.nanoTime();
  }

  private void end() {
    phase = Phase.DONE;
    if (sender != null) {
      sender.stop();
    }
    if (relay != null) {
      relay.close();
    }
    exchange.proxy().watchdog().forget(this);
  }

  private long timeoutNanos() {
    return exchange.plan().config().upstreamClient().timeout().toNanos();
  }
}
