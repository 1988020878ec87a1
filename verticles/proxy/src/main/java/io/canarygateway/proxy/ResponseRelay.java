package io.canarygateway.proxy;

import io.netty.handler.codec.compression.DecompressionException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.EOFException;

/**
 * Passes a response to the client as it comes, with backpressure. A small body of known length that
 * arrives with its head is written together with it, in one system call.
 */
final class ResponseRelay {

  /** Heads wait for a body of at most this many bytes, and only until its first part is there. */
  private static final int HELD_BODY_BYTES = 16 * 1024;

  private final Exchange exchange;
  private final HttpClientResponse upstream;
  private final Forwarding forwarding;
  private final HttpServerResponse client;
  private final boolean keepAlive;
  private final long length;
  private final Gunzip gunzip;
  private boolean held;
  private Buffer whole;
  private boolean clientBlocks;
  private long progressNanos = System.nanoTime();

  ResponseRelay(
      Exchange exchange, HttpClientResponse upstream, boolean gzipAsked, Forwarding forwarding) {
    this.exchange = exchange;
    this.upstream = upstream;
    this.forwarding = forwarding;
    this.client = exchange.response();
    this.keepAlive =
        upstream.version() == HttpVersion.HTTP_1_1
            && !HopByHop.connectionHas(upstream.headers(), "close");
    boolean packed =
        gzipAsked
            && !bodiless()
            && "gzip".equalsIgnoreCase(upstream.getHeader(HttpHeaders.CONTENT_ENCODING));
    this.gunzip = packed ? new Gunzip() : null;
    this.length = packed ? -1 : lengthOf(upstream.getHeader(HttpHeaders.CONTENT_LENGTH));
  }

  void begin() {
    client.setStatusCode(upstream.statusCode());
    client.setStatusMessage(upstream.statusMessage());
    HopByHop.copyEndToEnd(upstream.headers(), client.headers());
    if (exchange.sticky() != null) {
      exchange.sticky().tellClient(exchange);
    }
    if (gunzip != null) {
      client.headers().remove(HttpHeaders.CONTENT_ENCODING);
      client.headers().remove(HttpHeaders.CONTENT_LENGTH);
    }
    boolean bodiless = bodiless();
    boolean http10 = exchange.request().version() == HttpVersion.HTTP_1_0;
    if (length < 0 && !bodiless) {
      client.setChunked(true);
      if (http10) {
        exchange.closeAfterResponse(); // The only end that HTTP/1.0 knows without a length.
      }
    }
    exchange.beforeHead();
    if (upstream.statusCode() == 204) {
      // Vert.x would add a length, which a 204 must not have.
      client.headersEndHandler(v -> client.headers().remove(HttpHeaders.CONTENT_LENGTH));
    }
    held = bodiless || length >= 0 && length <= HELD_BODY_BYTES;
    if (!held && !http10) {
      client.writeHead();
    }
    upstream.handler(gunzip == null ? this::pass : this::unpack);
    upstream.endHandler(v -> upstreamEnded());
  }

  boolean keepAlive() {
    return keepAlive;
  }

  /** Whether it is the client that does not take what there is. */
  boolean clientBlocks() {
    return clientBlocks;
  }

  long progressNanos() {
    return progressNanos;
  }

  /** Lets go of what the relay holds, however the response ended. */
  void close() {
    if (gunzip != null) {
      gunzip.close();
    }
  }

  /** Cuts the client's connection after what has arrived so far. */
  void cutOff() {
    if (held && length >= 0) {
      client.writeHead();
    }
    exchange.cutOff();
  }

  private void unpack(Buffer packed) {
    if (exchange.done()) {
      return;
    }
    try {
      Buffer unpacked = gunzip.unpack(packed);
      if (unpacked.length() > 0) {
        pass(unpacked);
      }
    } catch (DecompressionException e) {
      forwarding.failed(e);
    }
  }

  private void pass(Buffer chunk) {
    if (exchange.done()) {
      return;
    }
    progressNanos = System.nanoTime();
    if (exchange.dump() != null) {
      exchange.dump().responseChunk(chunk);
    }
    if (held && chunk.length() == length) {
      whole = chunk;
      return;
    }
    held = false;
    client.write(chunk);
    if (client.writeQueueFull()) {
      clientBlocks = true;
      upstream.pause();
      client.drainHandler(
          v -> {
            clientBlocks = false;
            progressNanos = System.nanoTime();
            upstream.resume();
          });
    }
  }

  private void upstreamEnded() {
    if (exchange.done()) {
      return;
    }
    if (gunzip != null && !gunzip.complete()) {
      forwarding.failed(new EOFException("the gzip body is cut short"));
      return;
    }
    if (!upstream.trailers().isEmpty()) {
      client.trailers().addAll(upstream.trailers());
    }
    forwarding.responseEnded();
    exchange.finishing();
    exchange.endOf(whole == null ? client.end() : client.end(whole));
  }

  private boolean bodiless() {
    int status = upstream.statusCode();
    return exchange.request().method() == HttpMethod.HEAD || status == 204 || status == 304;
  }

  private static long lengthOf(String contentLength) {
    return contentLength == null ? -1 : Long.parseLong(contentLength.trim());
  }
}
