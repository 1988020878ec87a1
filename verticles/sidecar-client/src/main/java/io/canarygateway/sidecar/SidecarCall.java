package io.canarygateway.sidecar;

import io.canarygateway.config.HttpUrl;
import io.canarygateway.http.CallFailure;
import io.canarygateway.http.CallListener;
import io.canarygateway.http.CallRequest;
import io.canarygateway.http.FailureLog;
import io.canarygateway.http.Head;
import io.canarygateway.http.HeadWriter;
import io.canarygateway.http.HttpText;
import io.canarygateway.http.Methods;
import io.canarygateway.http.ResponseHead;
import io.canarygateway.http.UpstreamCall;
import io.canarygateway.http.UpstreamTarget;
import io.canarygateway.message.Header;
import io.canarygateway.message.SidecarFailure;
import io.canarygateway.message.SidecarReply;
import io.canarygateway.message.SidecarRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;

/**
 * One call to a sidecar: sends a question, and answers with the status as soon as the response's
 * head has arrived. The rest of the response is read and dropped, up to 64 kB, so that the
 * connection can be used again. Confined to the target's event loop.
 */
final class SidecarCall implements CallListener {

  private static final int MAX_DROPPED_BYTES = 64 * 1024;
  private static final int PIECE_BYTES = 64 * 1024;
  private static final int MERGED_BODY_BYTES = 4 * 1024;

  private final HttpUrl url;
  private final HeadWriter writer;
  private final FailureLog failures;
  private final SidecarRequest question;
  private final ByteBuf body;
  private final Consumer<SidecarReply> answer;
  private final UpstreamCall call;
  private boolean answered;
  private int dropped;

  SidecarCall(
      HttpUrl url,
      UpstreamTarget target,
      HeadWriter writer,
      FailureLog failures,
      SidecarRequest question,
      Consumer<SidecarReply> answer) {
    this.url = url;
    this.writer = writer;
    this.failures = failures;
    this.question = question;
    this.body = Unpooled.wrappedBuffer(question.body().getBytes());
    this.answer = answer;
    boolean replayable = !body.isReadable() && Methods.isSafe(question.method());
    this.call =
        new UpstreamCall(
            target,
            new CallRequest(
                server -> head(),
                question.method().equals("HEAD"),
                body.readableBytes(),
                replayable,
                false),
            this);
  }

  /**
   * Begins the call. A question from another node may contain what HTTP does not allow; such a
   * question fails at once.
   */
  void begin() {
    String target = target();
    boolean valid =
        HttpText.isToken(question.method())
            && HttpText.isTarget(target)
            && question.headers().stream()
                .allMatch(
                    header -> HttpText.isToken(header.name()) && HttpText.isValue(header.value()));
    if (valid) {
      call.begin();
    } else {
      answer(SidecarReply.ofFailure(SidecarFailure.OTHER));
    }
  }

  @Override
  public void bodyWanted() {
    upstreamWritable();
  }

  @Override
  public void upstreamWritable() {
    while (body.isReadable()) {
      if (!call.writable()) {
        call.flush();
        if (!call.writable()) {
          return;
        }
      }
      call.write(body.readRetainedSlice(Math.min(PIECE_BYTES, body.readableBytes())));
    }
    call.finishBody();
  }

  @Override
  public void responded(ResponseHead head, long length) {
    answer(SidecarReply.ofStatus(head.status()));
  }

  @Override
  public void responsePart(ByteBuf part) {
    dropped += part.readableBytes();
    part.release();
    if (dropped > MAX_DROPPED_BYTES) {
      call.abandon();
    }
  }

  @Override
  public void failed(CallFailure failure) {
    if (!answered) {
      failures.failed(url.authority(), failure.cause());
      answer(
          SidecarReply.ofFailure(
              switch (failure.kind()) {
                case TIMEOUT, CONNECT_TIMEOUT -> SidecarFailure.TIMEOUT;
                case CONNECT, FULL, HEAD_TOO_LARGE -> SidecarFailure.CONNECT;
                case RESET, MALFORMED -> SidecarFailure.RESET;
              }));
    }
  }

  @Override
  public void responseEnded(Head trailers) {}

  @Override
  public void responseFlushed() {}

  @Override
  public void retried() {}

  @Override
  public void interim(ResponseHead head) {}

  @Override
  public void switched(ResponseHead head) {}

  private ByteBuf head() {
    writer
        .begin()
        .text(question.method())
        .text(" ")
        .text(target())
        .text(" HTTP/1.1")
        .endLine()
        .header("Host", url.authority());
    for (Header header : question.headers()) {
      if (!HttpText.isReserved(header.name())) {
        writer.header(header.name(), header.value());
      }
    }
    int size = body.readableBytes();
    if (size > 0) {
      writer.text("Content-Length: ").number(size).endLine();
    }
    return writer.end(ByteBufAllocator.DEFAULT, size <= MERGED_BODY_BYTES ? size : 0);
  }

  private String target() {
    return url.join(question.path(), question.query().isEmpty() ? null : question.query());
  }

  private void answer(SidecarReply reply) {
    if (!answered) {
      answered = true;
      answer.accept(reply);
    }
  }
}
