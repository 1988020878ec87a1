package io.canarygateway.proxy;

import io.canarygateway.decision.Decision;
import io.canarygateway.decision.Target;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of route, target and reason. Few differ, so that each is made once. Confined to one
 * event loop.
 */
final class DecisionTexts {

  /** A power of two. */
  private static final int SIZE = 256;

  private static final int FACTOR = 31;
  private static final int MOST_OF_TEXT = 128;
  private static final String DEFAULT_ROUTE = "default";

  private record Text(
      @Nullable String route, @Nullable Target target, @Nullable Decision decision, byte[] bytes) {}

  /** By a hash; a text that is not found takes the place of the one that is there. */
  private final @Nullable Text[] known = new @Nullable Text[SIZE];

  /** Writes {@code ,"route":…,"target":…,"reason":…}. */
  void write(
      LineBuffer to, @Nullable String route, @Nullable Target target, @Nullable Decision decision) {
    int at = hash(route, target, decision) & (SIZE - 1);
    Text text = known[at];
    if (text == null
        || text.target() != target
        || !Objects.equals(text.route(), route)
        || !Objects.equals(text.decision(), decision)) {
      text = new Text(route, target, decision, make(route, target, decision));
      known[at] = text;
    }
    to.bytes(text.bytes());
  }

  /** Not {@link Decision#hashCode}: those of enums differ with each start. */
  private static int hash(
      @Nullable String route, @Nullable Target target, @Nullable Decision decision) {
    int hash = route == null ? 0 : route.hashCode();
    hash = hash * FACTOR + (target == null ? -1 : target.ordinal());
    return decision == null
        ? hash
        : (hash * FACTOR + decision.reason().ordinal()) * FACTOR + decision.sidecarStatus();
  }

  private static byte[] make(
      @Nullable String route, @Nullable Target target, @Nullable Decision decision) {
    LineBuffer text = new LineBuffer();
    string(text, ",\"route\":", route != null && route.isEmpty() ? DEFAULT_ROUTE : route);
    string(text, ",\"target\":", target == null ? "-" : target.label());
    string(text, ",\"reason\":", decision == null ? null : decision.label());
    return Arrays.copyOf(text.array(), text.length());
  }

  private static void string(LineBuffer to, String key, @Nullable String text) {
    to.text(key);
    if (text == null) {
      to.text("null");
    } else {
      to.quote().json(text, MOST_OF_TEXT).quote();
    }
  }
}
