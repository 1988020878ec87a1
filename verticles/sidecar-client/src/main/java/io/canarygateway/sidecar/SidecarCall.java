package io.canarygateway.sidecar;

import io.canarygateway.client.ConnectionPool;
import io.canarygateway.client.FailureLog;
import io.canarygateway.client.PooledConnection;
import io.canarygateway.config.HttpUrl;
import io.canarygateway.decision.SidecarFailure;
import io.canarygateway.message.SidecarReply;
import io.canarygateway.message.SidecarRequest;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.util.Set;

/**
 * One question to the sidecar. The answer is its status, given as soon as the head is there; what
 * it says beyond that is read and dropped, within bounds, so that the connection can be used again.
 */
final class SidecarCall implements ConnectionPool.Waiter {

  private static final int MAX_DROPPED_BYTES = 64 * 1024;
  private static final Set<String> REPLAYABLE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

  private final Vertx vertx;
  private final HttpUrl url;
  private final ConnectionPool pool;
  private final FailureLog failures;
  private final Message<SidecarRequest> message;
  private long timer;
  private PooledConnection connection;
  private HttpClientRequest out;
  private boolean retried;
  private boolean answered;
  private boolean closed;
  private int dropped;

  SidecarCall(
      Vertx vertx,
      HttpUrl url,
      ConnectionPool pool,
      FailureLog failures,
      Message<SidecarRequest> message) {
    this.vertx = vertx;
    this.url = url;
    this.pool = pool;
    this.failures = failures;
    this.message = message;
  }

  /** Asks; the time includes waiting for a connection and reading the rest of the answer. */
  void begin(long timeoutMs) {
    timer = vertx.setTimer(timeoutMs, id -> timedOut());
    pool.acquire(this, false);
  }

  @Override
  public void connected(PooledConnection acquired) {
    connection = acquired;
    SidecarRequest ask = message.body();
    acquired
        .request(
            new RequestOptions()
                .setMethod(HttpMethod.valueOf(ask.method()))
                .setURI(url.join(ask.path(), ask.query().isEmpty() ? null : ask.query())))
        .onComplete(this::send);
  }

  @Override
  public void refused(Throwable cause) {
    vertx.cancelTimer(timer);
    closed = true;
    answer(
        cause instanceof ConnectTimeoutException ? SidecarFailure.TIMEOUT : SidecarFailure.CONNECT,
        cause.toString());
  }

  private void send(AsyncResult<HttpClientRequest> created) {
    if (created.failed()) {
      failed(SidecarFailure.RESET, created.cause().toString());
      return;
    }
    out = created.result();
    if (closed) {
      abandon();
      return;
    }
    Buffer body = message.body().body();
    message
        .body()
        .headers()
        .forEach(
            header -> {
              if (!header.name().equalsIgnoreCase("content-length")) {
                out.headers().add(header.name(), header.value());
              }
            });
    out.putHeader(HttpHeaders.HOST, url.authority());
    HttpClientRequest sent = out;
    out.exceptionHandler(failure -> {}); // The response's future tells the same.
    out.response().onComplete(head -> responded(sent, head));
    if (body.length() > 0) {
      out.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
      out.end(body);
    } else {
      out.end();
    }
  }

  private void responded(HttpClientRequest sent, AsyncResult<HttpClientResponse> head) {
    if (closed || sent != out) {
      return;
    }
    if (head.failed()) {
      if (connection.reused() && !retried && REPLAYABLE.contains(message.body().method())) {
        retried = true;
        abandon();
        out = null;
        pool.acquire(this, true);
      } else {
        failed(SidecarFailure.RESET, head.cause().toString());
      }
      return;
    }
    HttpClientResponse response = head.result();
    answer(SidecarReply.ofStatus(response.statusCode()));
    response.exceptionHandler(failure -> close());
    response.handler(
        chunk -> {
          dropped += chunk.length();
          if (dropped > MAX_DROPPED_BYTES) {
            close();
          }
        });
    response.endHandler(v -> ended(response));
  }

  private void ended(HttpClientResponse response) {
    if (!closed) {
      closed = true;
      vertx.cancelTimer(timer);
      String persistence = response.getHeader(HttpHeaders.CONNECTION);
      connection.release(
          response.version() == HttpVersion.HTTP_1_1 && !"close".equalsIgnoreCase(persistence));
    }
  }

  private void timedOut() {
    pool.cancel(this);
    failed(SidecarFailure.TIMEOUT, "timeout");
  }

  private void failed(SidecarFailure failure, String cause) {
    answer(failure, cause);
    close();
  }

  private void close() {
    if (!closed) {
      closed = true;
      vertx.cancelTimer(timer);
      abandon();
    }
  }

  private void abandon() {
    if (out != null) {
      out.reset();
    }
    if (connection != null) {
      connection.release(false);
    }
  }

  private void answer(SidecarFailure failure, String cause) {
    if (!answered) {
      failures.failed(url.authority(), cause);
      answer(SidecarReply.ofFailure(failure));
    }
  }

  private void answer(SidecarReply reply) {
    if (!answered) {
      answered = true;
      message.reply(reply);
    }
  }
}
