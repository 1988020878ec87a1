package io.canarygateway.config;

import io.canarygateway.extension.InterceptorFactory;

/** The only interceptor on the class path of these tests. Its settings have to be empty. */
public final class BodyInterceptors implements InterceptorFactory<String> {

  @Override
  public String name() {
    return "body";
  }

  @Override
  public void check(String settings) {
    if (!settings.equals("{}")) {
      throw new IllegalArgumentException("an empty object");
    }
  }

  @Override
  public String create(String settings) {
    return "an interceptor with " + settings;
  }
}
