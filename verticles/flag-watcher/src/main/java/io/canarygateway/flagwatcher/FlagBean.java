package io.canarygateway.flagwatcher;

import io.canarygateway.flags.Flag;
import io.canarygateway.flags.FlagMXBean;
import io.canarygateway.flags.FlagView;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The MBean of one flag. Called on the threads of JMX, which wait for the watcher's context. */
final class FlagBean<T> implements FlagMXBean {

  private static final long TIMEOUT_MS = 5_000;

  private final Flag<T> flag;
  private final Context context;
  private final FlagStore store;
  private final Overrides overrides;

  /** Sets and removes overrides, on the watcher's context. */
  interface Overrides {
    /**
     * Sets an override; an empty text removes it.
     *
     * @throws IllegalArgumentException if the value is refused
     */
    void put(Flag<?> flag, Optional<String> text);
  }

  FlagBean(Flag<T> flag, Context context, FlagStore store, Overrides overrides) {
    this.flag = flag;
    this.context = context;
    this.store = store;
    this.overrides = overrides;
  }

  @Override
  public String getName() {
    return flag.name();
  }

  @Override
  public String getUsage() {
    return flag.usage();
  }

  @Override
  public String getType() {
    return flag.type().name();
  }

  @Override
  public String getDefault() {
    return FlagView.shown(flag, flag.defaultValue());
  }

  @Override
  public String getValue() {
    return onContext(() -> FlagView.shown(flag, store.current().values().get(flag)));
  }

  @Override
  public String getSource() {
    return onContext(() -> store.source(flag.name()).label());
  }

  @Override
  public boolean isDynamic() {
    return flag.dynamic();
  }

  @Override
  public void setValue(@Nullable String value) {
    if (value == null) {
      throw new IllegalArgumentException(flag.name() + ": no value (expected one)");
    }
    override(Optional.of(value));
  }

  @Override
  public void clearOverride() {
    override(Optional.empty());
  }

  private void override(Optional<String> text) {
    onContext(
        () -> {
          overrides.put(flag, text);
          return text;
        });
  }

  private <R> R onContext(Supplier<R> action) {
    Promise<R> done = Promise.promise();
    context.runOnContext(
        v -> {
          try {
            done.complete(action.get());
          } catch (RuntimeException e) {
            done.fail(e);
          }
        });
    try {
      return done.future().await(TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the flag watcher did not answer", e);
    }
  }
}
