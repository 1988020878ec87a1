package io.canarygateway.proxy;

import io.canarygateway.config.LogConfig;
import io.canarygateway.decision.Target;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dump of one request and its response that {@code log.level: debug} asks for, as in
 * canary-router. Bounded in size; what proves an identity is masked.
 */
final class TrafficDump {

  private static final Logger LOG = LoggerFactory.getLogger(TrafficDump.class);
  private static final int MAX_BODY_BYTES = 16 * 1024;

  /** Names of headers and query parameters that carry what proves an identity. */
  private static final String SECRET =
      "auth|cookie|token|secret|password|passwd|api-?_?key|session|signature|credential";

  private static final Pattern SECRET_HEADER = Pattern.compile(SECRET, Pattern.CASE_INSENSITIVE);
  private static final Pattern SECRET_PARAMETER =
      Pattern.compile("([?&][^=&\s]*(?:" + SECRET + ")[^=&\s]*=)[^&\s]*", Pattern.CASE_INSENSITIVE);

  private final LogConfig config;
  private final Target target;
  private final HttpServerRequest request;
  private final Buffer requestBody = Buffer.buffer();
  private final Buffer responseBody = Buffer.buffer();

  private TrafficDump(LogConfig config, Target target, HttpServerRequest request) {
    this.config = config;
    this.target = target;
    this.request = request;
  }

  static TrafficDump of(LogConfig config, Target target, HttpServerRequest request) {
    return new TrafficDump(config, target, request);
  }

  void requestChunk(Buffer chunk) {
    if (config.debugRequestBody()) {
      append(requestBody, chunk);
    }
  }

  void responseChunk(Buffer chunk) {
    if (config.debugResponseBody()) {
      append(responseBody, chunk);
    }
  }

  /** Writes both dumps. */
  void finish() {
    String requestLine =
        request.method() + " " + request.uri() + " " + request.version().alpnName();
    log(
        "request",
        head(
            SECRET_PARAMETER.matcher(requestLine).replaceAll("$1***"),
            request.headers(),
            requestBody));
    HttpServerResponse response = request.response();
    String statusLine = response.getStatusCode() + " " + response.getStatusMessage();
    log("response", head(statusLine, response.headers(), responseBody));
  }

  private void log(String kind, String text) {
    LOG.atDebug().addKeyValue("to", target.label()).addKeyValue("dump", kind).log(text);
  }

  private static String head(String firstLine, MultiMap headers, Buffer body) {
    StringBuilder text = new StringBuilder(firstLine);
    headers.forEach(
        (name, value) ->
            text.append("\r\n")
                .append(name)
                .append(": ")
                .append(SECRET_HEADER.matcher(name).find() ? "***" : value));
    return body.length() == 0 ? text.toString() : text.append("\r\n\r\n").append(body).toString();
  }

  private static void append(Buffer to, Buffer chunk) {
    int room = MAX_BODY_BYTES - to.length();
    if (room > 0 && chunk.length() > 0) {
      to.appendBuffer(chunk, 0, Math.min(room, chunk.length()));
    }
  }
}
