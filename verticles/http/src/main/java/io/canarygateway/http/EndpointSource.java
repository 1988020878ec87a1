package io.canarygateway.http;

/** A source of an upstream's addresses. Thread-safe. */
public interface EndpointSource {

  /** {@return the addresses now; the same object as before if nothing has changed} */
  EndpointView view();
}
