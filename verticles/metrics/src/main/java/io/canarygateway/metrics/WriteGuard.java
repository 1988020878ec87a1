package io.canarygateway.metrics;

import io.canarygateway.config.AdminConfig;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a request that changes something pass only if it proves the permission: with the content of
 * {@code admin.token-file}, and not from a web page of another origin. The file is read for each
 * such request, so that a new token counts at once. On one context.
 */
final class WriteGuard implements Handler<RoutingContext> {

  private static final Logger LOG = LoggerFactory.getLogger(WriteGuard.class);

  private static final Set<HttpMethod> READING =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
  private static final int MAX_WRONG = 100;
  private static final String SCHEME = "bearer ";

  private final Vertx vertx;
  private final AdminConfig config;
  private final AddressCounts wrong = new AddressCounts(System::nanoTime);
  private final AddressCounts logged = new AddressCounts(System::nanoTime);

  WriteGuard(Vertx vertx, AdminConfig config) {
    this.vertx = vertx;
    this.config = config;
  }

  /** The author of a request that has passed, for logs. */
  static String by(RoutingContext context) {
    return "token " + address(context);
  }

  private static String address(RoutingContext context) {
    return String.valueOf(context.request().remoteAddress().hostAddress());
  }

  @Override
  public void handle(RoutingContext context) {
    Optional<Path> file = config.tokenFile();
    if (READING.contains(context.request().method())) {
      context.next();
    } else if (isCrossOrigin(context)) {
      refuse(context, 403, "requests from pages of another origin are not allowed");
    } else if (file.isEmpty()) {
      refuse(context, 403, "nothing can be changed here, since admin.token-file is not set");
    } else {
      check(context, file.get());
    }
  }

  /** A browser adds {@code Origin} to each request of a page that may change something. */
  private static boolean isCrossOrigin(RoutingContext context) {
    String origin = context.request().getHeader(HttpHeaders.ORIGIN);
    if (origin == null) {
      return false;
    }
    String host = String.valueOf(context.request().authority());
    int scheme = origin.indexOf("://");
    return scheme < 0 || !origin.substring(scheme + 3).equalsIgnoreCase(host);
  }

  private void check(RoutingContext context, Path file) {
    String token = token(context.request().getHeader(HttpHeaders.AUTHORIZATION));
    if (token == null) {
      unauthorized(context, "this needs the header Authorization: Bearer TOKEN");
      return;
    }
    String address = address(context);
    // Counted before the file is read, so that requests at the same time are no way round the
    // limit.
    if (wrong.add(address) > MAX_WRONG) {
      wrong.remove(address); // Nobody knows whether it is wrong.
      context.response().putHeader(HttpHeaders.RETRY_AFTER, "60");
      refuse(context, 429, "too many wrong tokens from this address within a minute");
      return;
    }
    context.request().pause();
    vertx
        .executeBlocking(() -> AdminConfig.token(file), false)
        .onComplete(
            read -> {
              if (read.failed()) {
                wrong.remove(address);
                refuse(context, 503, String.valueOf(read.cause().getMessage()));
              } else if (!same(token, read.result())) {
                unauthorized(context, "the token is wrong");
              } else {
                wrong.remove(address);
                context.request().resume();
                context.next();
              }
            });
  }

  private static @Nullable String token(@Nullable String authorization) {
    return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? authorization.substring(SCHEME.length()).strip()
        : null;
  }

  /** Takes the same time wherever the tokens differ. */
  private static boolean same(String given, String expected) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
  }

  private void unauthorized(RoutingContext context, String reason) {
    context.response().putHeader("WWW-Authenticate", "Bearer");
    refuse(context, 401, reason);
  }

  private void refuse(RoutingContext context, int status, String reason) {
    String address = address(context);
    if (logged.add(address) == 1) {
      LOG.atWarn()
          .addKeyValue("address", address)
          .addKeyValue("status", status)
          .addKeyValue("reason", reason)
          .log(
              "request of the API refused; further ones of this address within a minute are not logged");
    }
    ApiAnswer.error(context, status, reason);
  }
}
