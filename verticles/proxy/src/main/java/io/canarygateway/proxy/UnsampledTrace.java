package io.canarygateway.proxy;

import io.canarygateway.config.HttpUrl;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A trace of which nothing is recorded. Callees get its id, and that it is not sampled. Most
 * requests of a busy gateway are such ones, so nothing but a line of text is made for them.
 * Confined to the request's event loop.
 */
final class UnsampledTrace implements RequestTrace {

  /** A new trace: its id is random, and it is not sampled. */
  private static final byte[] NEW =
      new Traceparent("0".repeat(32), "0".repeat(16), false, true)
          .toString()
          .getBytes(StandardCharsets.US_ASCII);

  private final byte[] line;
  private final String state;
  private final RandomGenerator random;

  /**
   * The header lines of one call.
   *
   * @param parent the value of {@code traceparent}
   * @param state the value of {@code tracestate}; empty for none
   */
  private record Call(String parent, String state) implements CallTrace {

    @Override
    public void write(BiConsumer<String, String> to) {
      TraceContext.write(parent, state, to);
    }
  }

  private UnsampledTrace(byte[] line, String state, RandomGenerator random) {
    this.line = line;
    this.state = state;
    this.random = random;
  }

  /** A trace that begins with the request. */
  static UnsampledTrace begin(RandomGenerator random) {
    byte[] line = NEW.clone();
    TraceIds.writeTrace(random, line, Traceparent.TRACE_START);
    return new UnsampledTrace(line, Tracestate.NONE, random);
  }

  /** The trace of a client, which does not sample it. */
  static UnsampledTrace of(TraceContext client, RandomGenerator random) {
    return new UnsampledTrace(
        client.parent().toString().getBytes(StandardCharsets.US_ASCII), client.state(), random);
  }

  @Override
  public String id() {
    return new String(
        line,
        Traceparent.TRACE_START,
        Traceparent.TRACE_END - Traceparent.TRACE_START,
        StandardCharsets.ISO_8859_1);
  }

  @Override
  public CallTrace call(Callee callee, @Nullable HttpUrl url) {
    TraceIds.writeSpan(random, line, Traceparent.SPAN_START);
    return new Call(new String(line, StandardCharsets.ISO_8859_1), state);
  }
}
