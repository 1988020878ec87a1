package io.canarygateway.interceptor;

import io.canarygateway.extension.InterceptorFactory;
import io.vertx.httpproxy.ProxyInterceptor;

/**
 * The built-in interceptor {@code json-set}. It applies JSON merge patches (RFC 7396) to the JSON
 * bodies of requests and responses. Its settings are {@code {"request": PATCH, "response": PATCH,
 * "max-body": BYTES}}; each is optional, and {@code max-body} is 65536 unless set.
 */
public final class JsonSetFactory implements InterceptorFactory<ProxyInterceptor> {

  /** A factory. {@link java.util.ServiceLoader} calls this. */
  public JsonSetFactory() {}

  @Override
  public String name() {
    return "json-set";
  }

  @Override
  public void check(String settings) {
    JsonSetSettings.parse(settings);
  }

  @Override
  public ProxyInterceptor create(String settings) {
    return new JsonSet(JsonSetSettings.parse(settings));
  }
}
