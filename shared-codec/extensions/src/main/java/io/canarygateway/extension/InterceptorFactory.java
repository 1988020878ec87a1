package io.canarygateway.extension;

/**
 * A maker of interceptors, which change the requests and responses of routes. A route names its
 * interceptors in the setting {@code interceptors}; each name is a factory's {@link #name}.
 *
 * <p>A factory needs no entry in the section {@code extensions}. With an entry, the entry is its
 * settings.
 *
 * @param <T> {@code io.vertx.httpproxy.ProxyInterceptor} of vertx-http-proxy. It is a parameter so
 *     that this module needs no Vert.x.
 */
public interface InterceptorFactory<T> extends Extension {

  /**
   * The name of a {@code ProxyContext} attachment, a {@code String}: the name of the request's
   * route; empty for the default route.
   */
  String ROUTE = "canary-gateway.route";

  /**
   * The name of a {@code ProxyContext} attachment, a {@code String}: the target that the gateway
   * chose, {@code main} or {@code canary}.
   */
  String TARGET = "canary-gateway.target";

  /**
   * Checks settings before the gateway starts. Nothing is to be opened or kept.
   *
   * @param settings the settings of this extension, a JSON object
   * @throws IllegalArgumentException if the settings are not usable; operators see the message
   *     behind the word "expected"
   */
  default void check(String settings) {}

  /**
   * Makes an interceptor. Called once for each event loop, one call at a time, on a thread that may
   * block. All calls of one interceptor come from its event loop, so it must not block. After a
   * failure the gateway calls the method again with a later request.
   *
   * @param settings the settings of this extension, a JSON object; {@code {}} without an entry
   * @return a new interceptor
   * @throws Exception if the interceptor cannot be made; operators see the message
   */
  T create(String settings) throws Exception;

  @Override
  default void close() {}
}
