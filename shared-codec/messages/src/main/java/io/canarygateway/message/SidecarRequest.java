package io.canarygateway.message;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * The question whether a request goes to main or to canary.
 *
 * @param method the request's method
 * @param path the request's path, percent-encoded, without {@code trim-prefix}; may be empty
 * @param query the request's query without {@code ?}, or an empty text
 * @param headers the request's end-to-end headers, without {@code Host}
 * @param body the request's body; empty if there is none or {@code sidecar-body} is {@code none}.
 *     Within a process the buffer is shared, so nobody may write to it
 * @param sidecarUrl the sidecar's URL in the settings that the request began with, which may not be
 *     the newest
 */
public record SidecarRequest(
    String method,
    String path,
    String query,
    List<Header> headers,
    Buffer body,
    String sidecarUrl) {

  /**
   * Copies the list of headers.
   *
   * @param method the request's method
   * @param path the request's path, percent-encoded, without {@code trim-prefix}; may be empty
   * @param query the request's query without {@code ?}, or an empty text
   * @param headers the request's end-to-end headers, without {@code Host}
   * @param body the request's body; empty if there is none or {@code sidecar-body} is {@code none}.
   *     Within a process the buffer is shared, so nobody may write to it
   * @param sidecarUrl the sidecar's URL in the settings that the request began with, which may not
   *     be the newest
   */
  public SidecarRequest {
    headers = List.copyOf(headers);
  }
}
