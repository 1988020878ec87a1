package io.canarygateway.route;

import java.util.Map;

/** A request of a test. */
record TestRequest(
    String host, String method, String path, Map<String, String> headers, String query)
    implements RequestView {

  static TestRequest of(String host, String path) {
    return new TestRequest(host, "GET", path, Map.of(), null);
  }

  TestRequest method(String changed) {
    return new TestRequest(host, changed, path, headers, query);
  }

  TestRequest headers(Map<String, String> changed) {
    return new TestRequest(host, method, path, changed, query);
  }

  TestRequest query(String changed) {
    return new TestRequest(host, method, path, headers, changed);
  }

  @Override
  public String header(String name) {
    return headers.get(name);
  }
}
