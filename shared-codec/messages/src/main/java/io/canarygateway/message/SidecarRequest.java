package io.canarygateway.message;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * Asks where a request shall go.
 *
 * @param method the request's method
 * @param path its path, percent-encoded, after {@code trim-prefix} was cut off; may be empty
 * @param query its query without {@code ?}, or an empty string
 * @param headers its end-to-end headers, without {@code Host}
 * @param body its body; empty if there is none or {@code sidecar-body} is {@code none}. By
 *     reference within one process: nobody writes to it after it was sent
 * @param sidecarUrl the sidecar of the settings that the request began with, which may not be the
 *     newest any more
 */
public record SidecarRequest(
    String method,
    String path,
    String query,
    List<Header> headers,
    Buffer body,
    String sidecarUrl) {

  public SidecarRequest {
    headers = List.copyOf(headers);
  }
}
