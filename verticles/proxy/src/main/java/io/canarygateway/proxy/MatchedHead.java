package io.canarygateway.proxy;

import io.canarygateway.http.RequestHead;
import io.canarygateway.route.RequestView;
import org.jspecify.annotations.Nullable;

/** A request's head as the matching of routes sees it. Immutable. */
record MatchedHead(RequestHead head) implements RequestView {

  @Override
  public @Nullable String host() {
    return head.host();
  }

  @Override
  public String method() {
    return head.method();
  }

  @Override
  public String path() {
    return head.path();
  }

  @Override
  public @Nullable String header(String name) {
    String only = null;
    StringBuilder all = null;
    for (int line = 0; line < head.size(); line++) {
      if (head.isNamed(line, name)) {
        if (only == null) {
          only = head.value(line);
        } else {
          all = all == null ? new StringBuilder(only) : all;
          all.append(',').append(head.value(line));
        }
      }
    }
    return all == null ? only : all.toString();
  }

  @Override
  public @Nullable String query() {
    return head.query();
  }
}
