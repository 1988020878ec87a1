package io.canarygateway.proxy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * A request's body: collected for the sidecar as far as it fits, then sent to the upstream, what
 * was collected first. All calls come from the request's event loop.
 */
final class RequestBody {

  /** What the collecting came to. */
  enum Outcome {
    /** All of it is here. */
    COMPLETE,
    /** It is more than may be held of one body; the rest is still to come. */
    TOO_LARGE,
    /** It does not fit with the other bodies that are held; the rest is still to come. */
    NO_ROOM
  }

  /** Hears how the collecting went. */
  interface Listener {
    void collected(Outcome outcome);
  }

  private static final Buffer EMPTY = Buffer.buffer(0);

  private final HttpServerRequest request;
  private final BufferBudget budget;
  private final boolean chunked;
  private final long length;
  private final Deque<Buffer> chunks = new ArrayDeque<>();
  private long collected;
  private long charged;
  private boolean ended;
  private long progressNanos = System.nanoTime();

  RequestBody(HttpServerRequest request, BufferBudget budget) {
    this.request = request;
    this.budget = budget;
    this.chunked = request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    String contentLength = chunked ? null : request.getHeader(HttpHeaders.CONTENT_LENGTH);
    this.length = contentLength == null ? 0 : Long.parseLong(contentLength);
    this.ended = !chunked && length == 0;
  }

  /** Whether nothing follows the head. */
  boolean isEmpty() {
    return !chunked && length == 0;
  }

  /** The length that the client announced, or -1 if it sends chunks. */
  long length() {
    return chunked ? -1 : length;
  }

  /** Whether the client has sent all of it. */
  boolean ended() {
    return ended;
  }

  /** When the client last sent a part of it. */
  long progressNanos() {
    return progressNanos;
  }

  /** All that was collected, in one piece; it stays collected. */
  Buffer whole() {
    if (chunks.isEmpty()) {
      return EMPTY;
    }
    if (chunks.size() > 1) {
      Buffer whole = Buffer.buffer((int) collected);
      chunks.forEach(whole::appendBuffer);
      chunks.clear();
      chunks.add(whole);
    }
    return chunks.peek();
  }

  /** Shows the parts that were collected. */
  void forEach(Consumer<Buffer> consumer) {
    chunks.forEach(consumer);
  }

  /** Takes the next part of what was collected, or null if there is none. */
  Buffer poll() {
    Buffer chunk = chunks.poll();
    if (chunk != null) {
      long given = Math.min(charged, chunk.length());
      budget.giveBack(given);
      charged -= given;
    }
    return chunk;
  }

  /**
   * Collects the body of a paused request; it is paused again when the listener is called, unless
   * it has ended.
   *
   * @param limit bytes held at most
   */
  void collect(long limit, Listener listener) {
    if (length > limit) {
      listener.collected(Outcome.TOO_LARGE);
      return;
    }
    // An announced length is reserved whole, so that bodies that were begun are not crowded out.
    if (!budget.tryTake(length)) {
      listener.collected(Outcome.NO_ROOM);
      return;
    }
    charged = length;
    request.handler(
        chunk -> {
          progressNanos = System.nanoTime();
          collected += chunk.length();
          chunks.add(chunk);
          boolean inLimit = collected <= limit;
          if (!inLimit || !charge(collected)) {
            request.pause();
            request.handler(null);
            request.endHandler(v -> ended = true);
            listener.collected(inLimit ? Outcome.NO_ROOM : Outcome.TOO_LARGE);
          }
        });
    request.endHandler(
        v -> {
          ended = true;
          listener.collected(Outcome.COMPLETE);
        });
    progressNanos = System.nanoTime();
    request.resume();
  }

  private boolean charge(long held) {
    if (held <= charged) {
      return true;
    }
    boolean taken = budget.tryTake(held - charged);
    charged = taken ? held : charged;
    return taken;
  }

  /** Notes that the client sent a part that went straight to the upstream. */
  void progressed() {
    progressNanos = System.nanoTime();
  }

  /** Notes that the client sent the last part. */
  void hasEnded() {
    ended = true;
  }

  /** Lets go of what was collected. */
  void release() {
    budget.giveBack(charged);
    charged = 0;
    chunks.clear();
  }
}
