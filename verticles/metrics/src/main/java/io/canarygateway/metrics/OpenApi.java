package io.canarygateway.metrics;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** {@code /api/v1/openapi.json}: the description of the API. */
final class OpenApi {

  private static final String FILE = "openapi.json";

  private OpenApi() {}

  static void serve(Router router, Vertx vertx) {
    Api.get(
        router,
        Api.PREFIX + "/" + FILE,
        context ->
            vertx
                .executeBlocking(OpenApi::document, false)
                .onSuccess(document -> ApiAnswer.ok(context, document))
                .onFailure(context::fail));
  }

  /** The document. Blocks to read it. */
  static JsonObject document() throws IOException {
    try (InputStream in = OpenApi.class.getResourceAsStream(FILE)) {
      return Buffer.buffer(Objects.requireNonNull(in, FILE).readAllBytes()).toJsonObject();
    }
  }
}
