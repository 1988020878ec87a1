package io.canarygateway.proxy;

import io.canarygateway.http.Framing;
import io.canarygateway.http.Head;
import io.canarygateway.http.HeadWriter;
import io.canarygateway.http.HeaderName;
import io.canarygateway.http.ResponseHead;
import io.canarygateway.http.ServerStream;
import io.canarygateway.http.UpstreamCall;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The maker of the response heads that a client gets, from those that the upstream sent. Confined
 * to the request's event loop.
 */
final class ClientResponse {

  private final HeadWriter writer;
  private final DateLine dates;
  private final Via via;
  private final ServerStream stream;
  private final UpstreamCall call;
  private final HeaderEdit edit;

  /**
   * A maker for one request.
   *
   * @param edit the route's changes to response headers
   */
  ClientResponse(ProxyLoop loop, ServerStream stream, UpstreamCall call, HeaderEdit edit) {
    this.writer = loop.writer();
    this.dates = loop.dates();
    this.via = loop.shared().via();
    this.stream = stream;
    this.call = call;
    this.edit = edit;
  }

  /**
   * The length of the body as the client gets it. An unknown length becomes chunks, or the end of
   * the connection for HTTP/1.0.
   */
  long lengthFor(long length) {
    boolean unknown = length < 0;
    return unknown ? stream.head().http10() ? Framing.UNTIL_CLOSE : Framing.CHUNKED : length;
  }

  /**
   * Makes the final head.
   *
   * @param length the length of the body as the client gets it
   * @param unpacked whether the gateway unpacks the body
   * @param cookie a cookie to set; null for none
   */
  ByteBuf head(ResponseHead head, long length, boolean unpacked, @Nullable String cookie) {
    boolean keepsLength = hasNoBody(head) && head.status() != 204;
    statusLine(head);
    writer.lines(
        head,
        (lines, line) ->
            switch (lines.known(line)) {
              case CONTENT_LENGTH -> keepsLength;
              case CONTENT_ENCODING -> !unpacked && edit.keeps(lines, line);
              case TRAILER -> length == Framing.CHUNKED;
              default -> call.passes(head, line) && edit.keeps(lines, line);
            });
    edit.write(writer);
    if (!hasNoBody(head)) {
      framing(length);
    }
    if (!head.has(HeaderName.DATE) && edit.keeps("Date")) {
      writer.bytes(dates.line());
    }
    via(head);
    if (cookie != null) {
      writer.header("Set-Cookie", cookie);
    }
    String connection = stream.connectionHeader(length);
    if (connection != null) {
      writer.header("Connection", connection);
    }
    return writer.end(ByteBufAllocator.DEFAULT, ForwardedRequest.roomFor(length));
  }

  /** Makes an interim head. */
  ByteBuf interim(ResponseHead head) {
    statusLine(head);
    writer.lines(head, (Head lines, int line) -> call.passes(head, line));
    return writer.end(ByteBufAllocator.DEFAULT, 0);
  }

  /**
   * Makes the head of the response that changes the protocol.
   *
   * @param protocol the new protocol
   */
  ByteBuf switched(ResponseHead head, String protocol) {
    statusLine(head);
    writer.lines(
        head, (Head lines, int line) -> call.passes(head, line) && edit.keeps(lines, line));
    edit.write(writer);
    via(head);
    writer.header("Connection", "Upgrade");
    writer.header("Upgrade", protocol);
    return writer.end(ByteBufAllocator.DEFAULT, 0);
  }

  private void statusLine(ResponseHead head) {
    writer.begin().text("HTTP/1.1 ").number(head.status()).text(" ").reason(head).endLine();
  }

  private void framing(long length) {
    if (length == Framing.CHUNKED) {
      writer.header("Transfer-Encoding", "chunked");
    } else if (length >= 0) {
      writer.text("Content-Length: ").number(length).endLine();
    }
  }

  private void via(ResponseHead head) {
    writer.bytes(via.line(head));
  }

  private boolean hasNoBody(ResponseHead head) {
    return head.status() == 204 || head.status() == 304 || stream.head().method().equals("HEAD");
  }
}
