package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An upstream call whose events are recorded. Tests override methods to react to events. */
class RecordedCall implements CallListener {

  private static final long MOST_SECONDS = 30;

  final List<ResponseHead> interims = new ArrayList<>();
  private final CompletableFuture<RecordedCall> ended = new CompletableFuture<>();
  private final CompletableFuture<ResponseHead> responded = new CompletableFuture<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  volatile UpstreamCall call;
  volatile ResponseHead head;
  volatile long length;
  volatile Head trailers;
  volatile CallFailure failure;
  volatile int retries;

  /** Begins a call without a body. */
  RecordedCall begin(TestLoop loop, UpstreamTarget pool, String method) {
    return begin(loop, pool, method, 0);
  }

  /** Begins a call with a body of that length. */
  RecordedCall begin(TestLoop loop, UpstreamTarget pool, String method, long bodyLength) {
    loop.run(() -> begin(pool, method, bodyLength, Methods.isSafe(method) && bodyLength == 0));
    return this;
  }

  /** Begins a call, on the event loop. */
  void begin(UpstreamTarget pool, String method, long bodyLength, boolean replayable) {
    call =
        new UpstreamCall(
            pool,
            new CallRequest(
                where -> requestHead(method, bodyLength),
                method.equals("HEAD"),
                bodyLength,
                replayable,
                false),
            this);
    call.begin();
  }

  private static ByteBuf requestHead(String method, long bodyLength) {
    HeadWriter writer = new HeadWriter();
    writer.begin().text(method).text(" / HTTP/1.1").endLine().header("Host", "test");
    if (bodyLength == Framing.CHUNKED) {
      writer.header("Transfer-Encoding", "chunked");
    } else if (bodyLength > 0) {
      writer.header("Content-Length", Long.toString(bodyLength));
    }
    return writer.end(ByteBufAllocator.DEFAULT, 100);
  }

  /** Waits for the end. */
  RecordedCall await() {
    try {
      return ended.get(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the call has not ended", e);
    }
  }

  /** Waits for the response's head. */
  ResponseHead awaitHead() {
    try {
      return responded.get(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("no head came; " + failure, e);
    }
  }

  boolean hasEnded() {
    return ended.isDone();
  }

  CallFailure.Kind failureKind() {
    return failure == null ? null : failure.kind();
  }

  synchronized byte[] body() {
    return body.toByteArray();
  }

  String text() {
    return new String(body(), StandardCharsets.ISO_8859_1);
  }

  @Override
  public void bodyWanted() {}

  @Override
  public void upstreamWritable() {}

  @Override
  public void retried() {
    retries++;
  }

  @Override
  public void interim(ResponseHead interimHead) {
    interims.add(interimHead);
  }

  @Override
  public void responded(ResponseHead responseHead, long bodyLength) {
    checkNotEnded();
    head = responseHead;
    length = bodyLength;
    responded.complete(responseHead);
  }

  @Override
  public void switched(ResponseHead switchedHead) {
    throw new AssertionError("unasked");
  }

  @Override
  public void responsePart(ByteBuf part) {
    checkNotEnded();
    synchronized (this) {
      body.writeBytes(ByteBufUtil.getBytes(part));
    }
    part.release();
  }

  @Override
  public void responseFlushed() {}

  @Override
  public void responseEnded(Head newTrailers) {
    checkNotEnded();
    trailers = newTrailers;
    ended.complete(this);
  }

  @Override
  public void failed(CallFailure newFailure) {
    checkNotEnded();
    failure = newFailure;
    ended.complete(this);
  }

  private void checkNotEnded() {
    if (hasEnded()) {
      throw new IllegalStateException("the call had ended");
    }
  }
}
