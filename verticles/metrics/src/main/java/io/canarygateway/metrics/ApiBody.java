package io.canarygateway.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import io.canarygateway.flags.JsonValue;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Reads the bodies of requests that change something: one JSON object with known members. */
final class ApiBody {

  private static final long MAX_BYTES = 64 << 10;
  private static final String VALUE = "value";
  private static final String JSON = "application/json";

  private ApiBody() {}

  /**
   * Adds a handler to a path that takes a JSON object by {@code POST}.
   *
   * @param members the members that the object must have, all of them strings
   */
  static void post(Router router, String path, Set<String> members, Handler<RoutingContext> next) {
    router.post(path).handler(ApiBody::checkType);
    router.post(path).handler(bounded());
    router.post(path).handler(context -> check(context, members, next));
  }

  /** Adds a handler to a path that takes {@code {"value": …}} by {@code PUT}. */
  static void putValue(Router router, String path, BiConsumer<RoutingContext, String> next) {
    router.put(path).handler(ApiBody::checkType);
    router.put(path).handler(bounded());
    router
        .put(path)
        .handler(
            context ->
                value(context.body().asString())
                    .ifPresentOrElse(
                        json -> next.accept(context, json),
                        () ->
                            ApiAnswer.error(
                                context,
                                400,
                                "expected a JSON object with exactly this member: value")));
  }

  /** Adds a handler to a path that does something by {@code POST}, whatever the body. */
  static void postAnything(Router router, String path, Handler<RoutingContext> next) {
    router.post(path).handler(bounded());
    router.post(path).handler(next);
  }

  private static BodyHandler bounded() {
    return BodyHandler.create(false).setBodyLimit(MAX_BYTES);
  }

  /** The member as JSON. Read strictly, so that numbers keep all their digits. */
  private static Optional<String> value(@Nullable String body) {
    try {
      JsonNode json = JsonValue.parse(Objects.requireNonNullElse(body, "")).toTree();
      JsonNode value = json.path(VALUE);
      return json.isObject() && json.size() == 1 && !value.isMissingNode() && !value.isNull()
          ? Optional.of(value.toString())
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static void checkType(RoutingContext context) {
    String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
    if (type != null && type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(JSON)) {
      context.next();
    } else {
      ApiAnswer.error(context, 415, "expected a body of type " + JSON);
    }
  }

  private static void check(
      RoutingContext context, Set<String> members, Handler<RoutingContext> next) {
    JsonObject body;
    try {
      body = context.body().asJsonObject();
    } catch (DecodeException | ClassCastException e) {
      body = null;
    }
    if (body == null
        || !body.fieldNames().equals(members)
        || !body.stream().allMatch(member -> member.getValue() instanceof String)) {
      ApiAnswer.error(
          context,
          400,
          "expected a JSON object with exactly these members, all strings: "
              + String.join(", ", members));
    } else {
      next.handle(context);
    }
  }
}
