package io.canarygateway.interceptor;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.streams.ReadStream;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.MediaType;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyRequest;
import io.vertx.httpproxy.ProxyResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Applies JSON merge patches to bodies of the types {@code application/json} and {@code
 * application/*+json}. Other bodies pass unchanged.
 *
 * <p>A body that cannot be patched never passes, since a patch may remove what is not to be seen: a
 * request that is too large is answered with 413, one that is no JSON or is compressed with 400 or
 * 415, and such a response with 502.
 */
final class JsonSet implements ProxyInterceptor {

  private static final int BAD_REQUEST = 400;
  private static final int TOO_LARGE = 413;
  private static final int UNSUPPORTED = 415;
  private static final int BAD_GATEWAY = 502;
  private static final int PARTIAL = 206;

  /** Headers about the bytes of a body, which a patch changes. */
  private static final List<String> DIGESTS =
      List.of("Content-MD5", "Digest", "Content-Digest", "Repr-Digest");

  private final JsonSetSettings settings;

  JsonSet(JsonSetSettings settings) {
    this.settings = settings;
  }

  /** The reason why a body was not patched. */
  private static final class UnusableBodyException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;

    UnusableBodyException(int status, String message) {
      super(message);
      this.status = status;
    }
  }

  @Override
  public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
    ProxyRequest request = context.request();
    if (settings.response() != null) {
      // Whole and uncompressed, or else it could not be patched.
      request.headers().set(HttpHeaders.ACCEPT_ENCODING, "identity");
      request.headers().remove("Range").remove("If-Range");
    }
    JsonNode patch = settings.request();
    if (patch == null || !isJson(request.headers()) || request.getBody() == null) {
      return context.sendRequest();
    }
    return patched(patch, request.headers(), request.getBody())
        .transform(
            body -> {
              if (body.failed()) {
                return Future.succeededFuture(refusal(request, body.cause()));
              }
              request.setBody(body.result());
              return context.sendRequest();
            });
  }

  private static ProxyResponse refusal(ProxyRequest request, Throwable cause) {
    int status = cause instanceof UnusableBodyException e ? e.status : BAD_REQUEST;
    return request
        .release()
        .response()
        .setStatusCode(status)
        .setBody(
            Body.body(
                Buffer.buffer("json-set: " + cause.getMessage() + "\n"), MediaType.TEXT_PLAIN));
  }

  @Override
  public Future<Void> handleProxyResponse(ProxyContext context) {
    ProxyResponse response = context.response();
    JsonNode patch = settings.response();
    int status = response.getStatusCode();
    if (patch == null
        || response.getBody() == null
        || response.proxiedResponse() == null // Another interceptor has answered.
        || !isJson(response.headers())
        || status == 204
        || status == 304) {
      return context.sendResponse();
    }
    if (context.request().getMethod().equals(HttpMethod.HEAD)) {
      // How long the patched body would be is not known.
      response.headers().remove(HttpHeaders.CONTENT_LENGTH);
      response.setBody(new TypedBody(response.getBody().stream(), -1, typeOf(response.headers())));
      DIGESTS.forEach(response.headers()::remove);
      return context.sendResponse();
    }
    Future<Body> body =
        status == PARTIAL
            ? Future.failedFuture(new UnusableBodyException(BAD_GATEWAY, "a part of a body"))
            : patched(patch, response.headers(), response.getBody());
    return body.compose(
        whole -> {
          response.setBody(whole);
          return context.sendResponse();
        });
  }

  private Future<Body> patched(JsonNode patch, MultiMap headers, Body body) {
    String coding = headers.get(HttpHeaders.CONTENT_ENCODING);
    if (coding != null && !coding.equalsIgnoreCase("identity")) {
      return Future.failedFuture(new UnusableBodyException(UNSUPPORTED, "the body is compressed"));
    }
    if (body.length() > settings.maxBody()) {
      return Future.failedFuture(tooLarge());
    }
    return read(body.stream())
        .compose(
            bytes -> {
              try {
                Body changed = Body.body(Buffer.buffer(MergePatch.apply(patch, bytes)));
                DIGESTS.forEach(headers::remove);
                return Future.succeededFuture(
                    new TypedBody(changed.stream(), changed.length(), typeOf(headers)));
              } catch (IOException e) {
                return Future.failedFuture(
                    new UnusableBodyException(BAD_REQUEST, "the body is not JSON"));
              }
            });
  }

  private UnusableBodyException tooLarge() {
    return new UnusableBodyException(
        TOO_LARGE, "the body has more than " + settings.maxBody() + " bytes");
  }

  private Future<byte[]> read(ReadStream<Buffer> stream) {
    Promise<byte[]> whole = Promise.promise();
    Buffer read = Buffer.buffer();
    stream.exceptionHandler(whole::tryFail);
    stream.handler(
        part -> {
          if (read.length() + part.length() <= settings.maxBody()) {
            read.appendBuffer(part);
          } else {
            whole.tryFail(tooLarge()); // Later parts are dropped.
          }
        });
    stream.endHandler(end -> whole.tryComplete(read.getBytes()));
    stream.resume();
    return whole.future();
  }

  private static boolean isJson(MultiMap headers) {
    String type = typeOf(headers);
    return type != null
        && (type.equals("application/json")
            || type.startsWith("application/") && type.endsWith("+json"));
  }

  /** The media type without parameters: a charset would be wrong behind a patch, which is UTF-8. */
  private static @Nullable String typeOf(MultiMap headers) {
    String type = headers.get(HttpHeaders.CONTENT_TYPE);
    return type == null ? null : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  /**
   * A body with its media type.
   *
   * @param stream the bytes
   * @param length their number; -1 if it is not known
   * @param mediaType the media type; null if there is none
   */
  private record TypedBody(ReadStream<Buffer> stream, long length, @Nullable String mediaType)
      implements Body {}
}
