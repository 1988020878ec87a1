package io.canarygateway.metrics;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The OpenFeature Remote Evaluation Protocol 0.3.0, so that applications read flags with
 * OpenFeature's own providers. Reading needs no token. On one context.
 */
final class Ofrep {

  private static final Logger LOG = LoggerFactory.getLogger(Ofrep.class);

  private static final String BULK = "/ofrep/v1/evaluate/flags";
  private static final String KEY = "key";
  private static final long MAX_BYTES = 64 << 10;
  private static final String JSON = "application/json";
  private static final int INACTIVITY_SECONDS = 120;

  /** A provider completes the address: the gateway does not know by which one it is reached. */
  private static final JsonArray EVENT_STREAMS =
      new JsonArray()
          .add(
              new JsonObject()
                  .put("type", "sse")
                  .put("endpoint", new JsonObject().put("requestUri", OfrepEvents.PATH))
                  .put("inactivityDelaySec", INACTIVITY_SECONDS));

  private final OfrepState state;

  private Ofrep(OfrepState state) {
    this.state = state;
  }

  /** Adds all paths. Requests have passed the {@link HostCheck} before. */
  static void serve(Router router, Vertx vertx) {
    OfrepEvents events = new OfrepEvents(vertx);
    OfrepState state = new OfrepState(vertx, events::changed);
    state.follow();
    Ofrep ofrep = new Ofrep(state);
    router
        .route("/ofrep/*")
        .handler(new OfrepCors(state::corsOrigins))
        .failureHandler(Ofrep::failed);
    router.get(OfrepEvents.PATH).handler(events);
    for (String path : new String[] {BULK, BULK + "/:" + KEY}) {
      router.post(path).handler(Ofrep::checkType);
      router.post(path).handler(BodyHandler.create(false).setBodyLimit(MAX_BYTES));
      router.post(path).handler(ofrep::evaluate);
    }
  }

  private static void checkType(RoutingContext context) {
    String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
    if (type != null && type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(JSON)) {
      context.next();
    } else {
      refuse(context, Evaluation.error("GENERAL", "expected a body of type " + JSON));
    }
  }

  private static void failed(RoutingContext context) {
    switch (context.statusCode()) {
      case 413 ->
          refuse(
              context,
              Evaluation.error("GENERAL", "the body is larger than " + MAX_BYTES + " bytes"));
      case 400 -> refuse(context, Evaluation.error("PARSE_ERROR", "bad request"));
      default -> {
        LOG.error("a request of OFREP failed", context.failure());
        serverError(context, "see the log");
      }
    }
  }

  /** Whether a path, which may be malformed, is meant for one flag. */
  static boolean isOneFlag(String path) {
    return path.startsWith(BULK + "/");
  }

  /** Answers a request whose path is not encoded correctly. */
  static void malformed(RoutingContext context, String path) {
    JsonObject error = Evaluation.error("PARSE_ERROR", "the path is not encoded correctly");
    ApiAnswer.refuse(context, 400, error.put(KEY, path.substring(BULK.length() + 1)));
  }

  /** The error names the flag, if the request does. */
  private static void refuse(RoutingContext context, JsonObject error) {
    String key = key(context);
    ApiAnswer.refuse(context, 400, key == null ? error : error.put(KEY, key));
  }

  private static void serverError(RoutingContext context, String details) {
    ApiAnswer.refuse(context, 500, new JsonObject().put("errorDetails", details));
  }

  private static @Nullable String key(RoutingContext context) {
    String start = BULK + "/";
    String path = String.valueOf(context.normalizedPath());
    String parsed = context.pathParam(KEY);
    return parsed != null ? parsed : path.startsWith(start) ? path.substring(start.length()) : null;
  }

  private void evaluate(RoutingContext context) {
    OfrepFlags flags = state.flags();
    OfrepContext given = OfrepContext.of(context.body().buffer());
    if (given.fault() != null) {
      refuse(context, given.fault());
    } else if (flags == null) {
      serverError(context, "the settings of the gateway are not known yet");
    } else {
      String key = context.pathParam(KEY);
      if (key == null) {
        bulk(context, flags, given);
      } else {
        Evaluation evaluation = flags.evaluate(key, given.targetingKey());
        ApiAnswer.send(context, evaluation.status(), evaluation.json());
      }
    }
  }

  private static void bulk(RoutingContext context, OfrepFlags flags, OfrepContext given) {
    JsonArray all = new JsonArray();
    flags.evaluateAll(given.targetingKey()).forEach(each -> all.add(each.json()));
    JsonObject answer =
        new JsonObject()
            .put("flags", all)
            .put("metadata", new JsonObject().put("revision", flags.revision()))
            .put("eventStreams", EVENT_STREAMS);
    EntityTag tag = EntityTag.of(answer.encode(), given.json().encode());
    context.response().putHeader(HttpHeaders.ETAG, tag.text());
    if (tag.isIn(context.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
      context.response().setStatusCode(304).end();
    } else {
      ApiAnswer.send(context, 200, answer);
    }
  }
}
