package io.canarygateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.canarygateway.flags.FlagTypes;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The redirect that answers each request of a route. Parts that are not set are those of the
 * request. Immutable.
 *
 * @param scheme {@code http} or {@code https}
 * @param host the host, without a port
 * @param port 1 to 65535
 * @param path the whole path; the query stays that of the request
 * @param status 301, 302, 303, 307 or 308
 */
public record Redirect(
    Optional<String> scheme,
    Optional<String> host,
    OptionalInt port,
    Optional<String> path,
    int status) {

  static final String EXPECTED =
      "an object of scheme, host, port, path and status, such as {\"scheme\": \"https\", \"status\":"
          + " 301}";

  private static final long FOUND = 302;

  static Redirect read(JsonNode node) {
    JsonFields fields =
        new JsonFields("", node, Set.of("scheme", "host", "port", "path", "status"));
    Optional<Long> port = fields.optional("port", FlagTypes.int64(1, 65535));
    long status = fields.optional("status", FlagTypes.int64(300, 399)).orElse(FOUND);
    if (!Set.of(301L, 302L, 303L, 307L, 308L).contains(status)) {
      throw JsonFields.fault("status", fields.node("status"), "301, 302, 303, 307 or 308");
    }
    return new Redirect(
        fields.optional("scheme", FlagTypes.matching("https?", "http or https")),
        fields.optional(
            "host",
            FlagTypes.matching(
                "[A-Za-z0-9._-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}]", "a host without a port")),
        port.map(Long::intValue).map(OptionalInt::of).orElse(OptionalInt.empty()),
        fields.optional("path", RouteSettings.path()),
        (int) status);
  }

  /** {@return whether no part is set, so that the redirect leads to the request's own URL} */
  boolean isEmpty() {
    return scheme.isEmpty() && host.isEmpty() && port.isEmpty() && path.isEmpty();
  }
}
