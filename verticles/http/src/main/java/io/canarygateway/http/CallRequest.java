package io.canarygateway.http;

import io.netty.buffer.ByteBuf;
import java.util.function.Function;

/**
 * The request of one upstream call.
 *
 * @param head makes the request's head for the server that gets it; called once for each attempt
 * @param toHead whether the method is HEAD
 * @param bodyLength the length of the body in bytes, or {@link Framing#CHUNKED}
 * @param replayable whether the request may be sent a second time
 * @param upgrade whether the upstream may change the protocol
 */
public record CallRequest(
    Function<Server, ByteBuf> head,
    boolean toHead,
    long bodyLength,
    boolean replayable,
    boolean upgrade) {}
