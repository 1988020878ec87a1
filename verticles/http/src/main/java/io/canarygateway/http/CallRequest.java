package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import java.util.function.Supplier;

/**
 * What an upstream call sends.
 *
 * @param head makes the request's head; called again if it has to be sent again
 * @param toHead whether the method is HEAD
 * @param bodyLength the length of its body: bytes, or {@link Framing#CHUNKED}
 * @param replayable whether it may be sent twice
 * @param upgrade whether the server may change the protocol
 */
public record CallRequest(
    Supplier<ByteBuf> head, boolean toHead, long bodyLength, boolean replayable, boolean upgrade) {}
