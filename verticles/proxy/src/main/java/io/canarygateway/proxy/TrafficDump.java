package io.canarygateway.proxy;

import io.canarygateway.config.LogConfig;
import io.canarygateway.decision.Decision;
import io.canarygateway.decision.Target;
import io.canarygateway.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dump of one request and its response at {@code log.level: debug}, as in canary-router. Its
 * size is bounded, and credentials are masked. Confined to the request's event loop.
 */
final class TrafficDump implements RequestObserver {

  private static final Logger LOG = LoggerFactory.getLogger(TrafficDump.class);
  private static final int MAX_BODY_BYTES = 16 * 1024;

  /** A pattern of header and query parameter names whose values are credentials. */
  private static final String SECRET =
      "auth|cookie|token|secret|password|passwd|api-?_?key|session|signature|credential";

  private static final Pattern SECRET_HEADER =
      Pattern.compile("(?im)^([^:\\r\\n]*(?:" + SECRET + ")[^:\\r\\n]*: )[^\\r\\n]*");
  private static final Pattern SECRET_PARAMETER =
      Pattern.compile(
          "([?&][^=&\\s]*(?:" + SECRET + ")[^=&\\s]*=)[^&\\s]*", Pattern.CASE_INSENSITIVE);

  private final LogConfig config;
  private final RequestHead request;
  private final ByteBuf requestBody = Unpooled.buffer(0);
  private final ByteBuf responseBody = Unpooled.buffer(0);
  private String responseHead = "";
  private String to = "";

  TrafficDump(LogConfig config, RequestHead request) {
    this.config = config;
    this.request = request;
  }

  @Override
  public void decided(Decision decision) {
    to = decision.target().label();
  }

  @Override
  public void fellBack(FallbackCause cause, long nanos) {
    to = Target.MAIN.label();
  }

  @Override
  public void requestPart(ByteBuf part) {
    if (config.debugRequestBody()) {
      append(requestBody, part);
    }
  }

  @Override
  public void clientHead(ByteBuf head) {
    String text = head.toString(StandardCharsets.ISO_8859_1).strip();
    responseHead = text.substring(text.indexOf(' ') + 1);
  }

  @Override
  public void clientPart(ByteBuf part) {
    if (config.debugResponseBody()) {
      append(responseBody, part);
    }
  }

  @Override
  public void ended(Target target, long nanos) {
    log("request", requestHead(), requestBody);
    log("response", masked(responseHead), responseBody);
  }

  private String requestHead() {
    String line =
        request.method()
            + " "
            + request.path()
            + (request.query() == null ? "" : "?" + request.query())
            + (request.http2() ? " HTTP/2" : request.http10() ? " HTTP/1.0" : " HTTP/1.1");
    StringBuilder text = new StringBuilder(SECRET_PARAMETER.matcher(line).replaceAll("$1***"));
    for (int i = 0; i < request.size(); i++) {
      text.append("\r\n").append(masked(request.name(i) + ": " + request.value(i)));
    }
    return text.toString();
  }

  private static String masked(String lines) {
    return SECRET_HEADER.matcher(lines).replaceAll("$1***");
  }

  private void log(String kind, String head, ByteBuf body) {
    LOG.atDebug()
        .addKeyValue("to", to)
        .addKeyValue("dump", kind)
        .log(body.isReadable() ? head + "\r\n\r\n" + body.toString(StandardCharsets.UTF_8) : head);
  }

  private static void append(ByteBuf to, ByteBuf part) {
    int count = Math.min(MAX_BODY_BYTES - to.readableBytes(), part.readableBytes());
    if (count > 0) {
      to.writeBytes(part, part.readerIndex(), count);
    }
  }
}
